// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscribeCommandTest {

    private static final Origin ALICE = new Origin("c1", "alice", "websocket");

    private final FakeRealtime realtime = new FakeRealtime();
    private final SubscribeCommand subscribe = new SubscribeCommand();
    private final Shell shell = new Shell().with(subscribe);

    @BeforeEach
    void bind() {
        subscribe.realtime = realtime;
    }

    @Test
    void printsMessagesUntilThereWereEnough() {
        realtime.first =
                List.of(
                        message(Payload.json("{\"a\":1}"), ALICE),
                        message(Payload.text("two\nlines"), Origin.HOST),
                        message(Payload.text("one too many"), Origin.HOST));
        String time =
                DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
                        .format(Instant.ofEpochSecond(1).atZone(ZoneId.systemDefault()));

        assertThat(shell.run("subscribe chat/room1 --count 2"))
                .isEqualTo(
                        time + "  alice@websocket  {\"a\":1}\n" + time + "  host  two\\nlines\n");
        assertThat(realtime.unsubscribed.getCount()).isZero();
    }

    @Test
    void tellsTheChannelOfEachMessageOfAPattern() {
        realtime.first = List.of(message(Payload.json("1"), ALICE));

        assertThat(shell.run("subscribe chat/# --count 1"))
                .endsWith("  chat/room1  alice@websocket  1\n");
    }

    @Test
    void printsMessagesAsJsonObjects() {
        realtime.first = List.of(message(Payload.json("{\"a\": 1}"), ALICE));

        assertThat(shell.run("subscribe chat/room1 --count 1 --json"))
                .isEqualTo(
                        "{\"channel\":\"chat/room1\",\"time\":\"1970-01-01T00:00:01Z\",\"offset\":7,"
                            + "\"epoch\":\"e1\",\"client\":\"c1\",\"user\":\"alice\","
                            + "\"transport\":\"websocket\",\"headers\":{\"k\":\"v\"},\"contentType\":\"application/json\",\"data\":{\"a\":"
                            + " 1}}\n");
    }

    @Test
    void writesTextAndBytesAsJsonByTheirRule() {
        byte[] bytes = {(byte) 0xff, 0};
        realtime.first =
                List.of(
                        message(Payload.of("hi".getBytes(StandardCharsets.UTF_8), "x/y"), ALICE),
                        message(Payload.of(bytes, Payload.BINARY), ALICE));

        assertThat(shell.run("subscribe chat/room1 --count 2 --json").lines())
                .anyMatch(line -> line.endsWith("\"data\":\"hi\"}"))
                .anyMatch(line -> line.endsWith("\"data\":{\"base64\":\"/wA=\"}}"));
        assertThat(shell.run("subscribe chat/room1 --count 2")).endsWith("base64:/wA=\n");
    }

    @Test
    void endsWhenTheTimeIsOver() {
        assertThat(shell.run("subscribe chat/room1 --for 1ms")).isEmpty();
        assertThat(realtime.unsubscribed.getCount()).isZero();
    }

    @Test
    void missesTheOldestOfTooMany() {
        realtime.first =
                IntStream.range(0, 1_030)
                        .mapToObj(i -> message(Payload.json(String.valueOf(i)), Origin.HOST))
                        .toList();

        assertThat(shell.run("subscribe chat/room1 --count 1024").lines())
                .hasSize(1_024)
                .last()
                .asString()
                .endsWith("  host  1029");
    }

    @Test
    void refusesWrongArguments() {
        assertThatThrownBy(() -> shell.run("subscribe a/#/b"))
                .hasMessageStartingWith("pattern: a/#/b (expected:");
        assertThatThrownBy(() -> shell.run("subscribe a --for soon"))
                .hasMessageStartingWith("duration: soon (expected:");
        assertThatThrownBy(() -> shell.run("subscribe")).hasMessageStartingWith("too few");
    }

    private static Message message(Payload payload, Origin origin) {
        return FakeRealtime.message(payload, origin);
    }
}

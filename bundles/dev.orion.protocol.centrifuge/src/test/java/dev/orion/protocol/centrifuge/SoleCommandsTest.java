// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.LoneCommands;
import dev.orion.realtime.Refusal;
import dev.orion.testkit.LeakCheck;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class SoleCommandsTest {

    private static final String[] BODIES = {
        "\"connect\":{}",
        "\"subscribe\":{\"channel\":\"a\"}",
        "\"unsubscribe\":{\"channel\":\"a\"}",
        "\"publish\":{\"channel\":\"a\",\"data\":1}",
        "\"publish\":{\"channel\":\"a\"}",
        "\"publish\":{}",
        "\"presence\":{\"channel\":\"a\"}",
        "\"presence_stats\":{\"channel\":\"a\"}",
        "\"history\":{\"channel\":\"a\",\"limit\":-1}",
        "\"history\":{\"channel\":\"a\"}",
        "\"ping\":{}",
        "\"send\":{\"data\":1}",
        "\"rpc\":{\"method\":\"x\"}",
        "\"refresh\":{}",
        "\"sub_refresh\":{\"channel\":\"a\"}",
        "\"nonsense\":{}",
        "\"publish\":{\"channel\":\"a#\",\"data\":1}",
    };

    private final FakeClients clients = new FakeClients();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoneCommands commands =
            new CentrifugeProtocol(clients, new Node(), CommandsTest.SETTINGS)
                    .lone(new TestConnection(channel, "udp"), "udp");

    @AfterEach
    void stop() {
        channel.finishAndReleaseAll();
    }

    @Test
    void publishesWithAndWithoutAnAnswer() {
        assertThat(ask("{\"publish\":{\"channel\":\"a\",\"data\":{\"t\":1}}}")).isEmpty();
        assertThat(ask("{\"id\":7,\"publish\":{\"channel\":\"a\",\"data\":[2]}}\n"))
                .containsExactly("{\"id\":7,\"publish\":{}}");

        assertThat(clients.asked)
                .containsExactly(
                        "publish a application/json {\"t\":1}", "publish a application/json [2]");
        assertThat(clients.spec.user()).isEmpty();
        assertThat(clients.spec.transport()).isEqualTo("udp");
    }

    @Test
    void answersWhatFits() {
        assertThat(ask("{\"id\":1,\"presence_stats\":{\"channel\":\"abcdefghijklmnopqrst\"}}"))
                .containsExactly(
                        "{\"id\":1,\"presence_stats\":{\"num_clients\":2,\"num_users\":1}}");
    }

    @Test
    void saysThatAnAnswerDoesNotFitWhereThatFits() {
        String spaces = " ".repeat(30);

        assertThat(ask("{\"id\":1,\"presence\":{\"channel\":\"a\"}" + spaces + "}"))
                .containsExactly(
                        "{\"id\":1,\"error\":{\"code\":106,\"message\":\"limit exceeded\"}}");
        assertThat(ask("{\"id\":1,\"presence\":{\"channel\":\"a\"}}")).isEmpty();
    }

    @Test
    void refusesWhatNeedsASession() {
        String spaces = " ".repeat(50);

        assertThat(ask("{\"id\":1,\"subscribe\":{\"channel\":\"a\"}" + spaces + "}"))
                .containsExactly(
                        "{\"id\":1,\"error\":{\"code\":108,\"message\":\"not available\"}}");
        assertThat(clients.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "x",
                "{\"id\":1}",
                "{\"id\":1,\"ping\":{}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1}}\n{\"id\":2,\"publish\":{}}",
                "{\"id\":1,\"publish\":{\"channel\":\"\u00ff"
            })
    void answersNothingToWhatIsNoCommand(String text) {
        assertThat(ask(text)).isEmpty();
        assertThat(clients.asked).isEmpty();
    }

    @Test
    void noAnswerIsLongerThanItsCommand() {
        var random = new Random(11);
        for (Optional<Refusal> refusal :
                List.of(
                        Optional.<Refusal>empty(),
                        Optional.of(Refusal.PERMISSION_DENIED),
                        Optional.of(Refusal.UNRECOVERABLE_POSITION))) {
            clients.refusal = refusal;
            for (int round = 0; round < 5000; round++) {
                String command = command(random);

                List<String> answers = ask(command);

                assertThat(answers).hasSizeLessThanOrEqualTo(1);
                for (String answer : answers) {
                    assertThat(answer.getBytes(UTF_8).length)
                            .as("answer %s to %s", answer, command)
                            .isLessThanOrEqualTo(command.getBytes(UTF_8).length);
                    assertThat(command).contains("\"id\":");
                }
            }
        }
    }

    @Test
    void twoServersDoNotTalkForEver() {
        var random = new Random(12);
        for (int round = 0; round < 5000; round++) {
            String said = command(random);
            int turns = 0;
            for (List<String> next = ask(said); !next.isEmpty(); next = ask(next.get(0))) {
                turns++;
                assertThat(turns).as("after %s", said).isLessThan(3);
            }
        }
    }

    @Test
    void dropsWhatComesWhileTooMuchWaits() {
        clients.later = Optional.of(new ArrayList<>());
        for (int i = 0; i < 3000; i++) {
            ask("{\"publish\":{\"channel\":\"a\",\"data\":1}}");
        }

        assertThat(clients.asked).hasSize(1024);
        clients.later.get().forEach(Runnable::run);
        clients.later = Optional.empty();
        assertThat(ask("{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1}}")).hasSize(1);
    }

    @Test
    void answersNothingOnceItIsClosed() {
        clients.later = Optional.of(new ArrayList<>());
        List<String> answers = ask("{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1}}");
        commands.close();

        clients.later.get().forEach(Runnable::run);

        assertThat(answers).isEmpty();
        assertThat(clients.closed).isTrue();
        assertThat(ask("{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1}}")).isEmpty();
    }

    private static String command(Random random) {
        String id =
                switch (random.nextInt(4)) {
                    case 0 -> "";
                    case 1 -> "\"id\":1,";
                    case 2 -> "\"id\":4294967295,";
                    default -> "\"id\":" + random.nextInt(1_000_000) + ",";
                };
        return "{"
                + id
                + " ".repeat(random.nextInt(80))
                + BODIES[random.nextInt(BODIES.length)]
                + "}"
                + "\n".repeat(random.nextInt(2));
    }

    private List<String> ask(String command) {
        List<String> answers = new ArrayList<>();
        ByteBuf bytes = Unpooled.copiedBuffer(command, UTF_8);
        commands.receive(
                bytes,
                answer -> {
                    answers.add(answer.toString(UTF_8));
                    answer.release();
                });
        bytes.release();
        return answers;
    }
}

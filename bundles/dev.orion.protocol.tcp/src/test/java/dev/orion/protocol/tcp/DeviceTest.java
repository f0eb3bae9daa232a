// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import dev.orion.realtime.Refusal;
import dev.orion.testkit.LeakCheck;
import dev.orion.testkit.TestClients;
import dev.orion.testkit.TestConnection;
import dev.orion.testkit.TestRoutes;
import dev.orion.testkit.TestRoutes.TestRoute;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class DeviceTest {

    private final TestClients clients = new TestClients();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final TestConnection connection = new TestConnection(channel, "tcp");
    private TestRoute route;

    @AfterEach
    void stop() {
        channel.finishAndReleaseAll();
    }

    @Test
    void publishesLines() {
        begin("channel:up", Map.of());

        send("one\r\ntwo\n\nthr");
        send("ee\n");

        assertThat(clients.published()).containsExactly("up - one", "up - two", "up - three");
        assertThat(clients.spec().user()).isEmpty();
        assertThat(clients.spec().transport()).isEqualTo("tcp");
        assertThat(clients.subscribed()).isEmpty();
    }

    @Test
    void publishesFramesWithALength() {
        begin("channel:up", Map.of("framing", "length-prefix", "contentType", "text/csv"));

        send("\0\3a,b\0\0\0\1c\0");

        assertThat(clients.published())
                .containsExactly("up text/csv a,b", "up text/csv ", "up text/csv c");
    }

    @Test
    void publishesWhatEndsWithADelimiter() {
        begin("channel:up", Map.of("framing", "delimiter", "delimiter", "\r\n\r\n"));

        send("a\r\nb\r");
        send("\n\r");
        send("\nc\r\n\r\nrest");

        assertThat(clients.published()).containsExactly("up - a\r\nb", "up - c");
    }

    @Test
    void publishesReadsAsTheyCome() {
        begin("channel:up", Map.of("framing", "raw", "maxFrameBytes", 4));

        send("abc");
        send("defgh");

        assertThat(clients.published()).containsExactly("up - abc", "up - defg", "up - h");
    }

    @Test
    void callsTheChannelAfterThePeer() {
        begin("channel:up/{connection}/{port}", Map.of("user", "meter"));

        send("x\n");

        assertThat(clients.published()).containsExactly("up/conn_00000001/0 - x");
        assertThat(clients.spec().user()).isEqualTo("meter");
    }

    @Test
    void sendsWhatIsPublishedOnTheWayBack() {
        begin("channel:up", Map.of("back", "channel:down", "framing", "length-prefix"));

        clients.deliver("hi".getBytes(UTF_8));
        clients.deliver(new byte[70_000]); // has no place in two bytes

        assertThat(clients.subscribed()).containsExactly("down");
        assertThat(written()).isEqualTo("\0\2hi");
    }

    @Test
    void sendsNothingThatWouldEndBeforeItsDelimiter() {
        begin(
                "channel:up",
                Map.of("back", "channel:down", "framing", "delimiter", "delimiter", "abab"));

        clients.deliver("xabab".getBytes(UTF_8));
        clients.deliver("xab".getBytes(UTF_8)); // xababab: x, and ab before what comes next
        clients.deliver("xaba".getBytes(UTF_8));

        assertThat(written()).isEqualTo("xabaabab");
    }

    @Test
    void sendsLinesWithoutBreaksInThem() {
        begin("channel:up", Map.of("back", "channel:down"));

        clients.deliver("{\"a\":\r\n1}".getBytes(UTF_8));

        assertThat(written()).isEqualTo("{\"a\":  1}\n");
    }

    @Test
    void closesWhereTheWayBackIsRefused() {
        clients.refuse(Refusal.PERMISSION_DENIED);

        begin("channel:up", Map.of("back", "channel:down"));
        channel.runPendingTasks();

        assertThat(connection.closeReason()).contains(Device.BACK_REFUSED);
        assertThat(route.info().failed()).isEqualTo(1);
    }

    @Test
    void closesForAMessageThatIsTooLong() {
        begin("channel:up", Map.of("maxFrameBytes", 4));

        send("abcd\r\nabcde");

        assertThat(clients.published()).containsExactly("up - abcd");
        assertThat(clients.whenClosed()).isCompleted();
        assertThat(connection.closeReason()).contains(CloseReason.BAD_REQUEST);
    }

    @Test
    void goesOnWhenAMessageIsRefused() {
        begin("channel:up", Map.of());
        clients.refuse(Refusal.TOO_MANY_REQUESTS);
        send("one\n");
        clients.answer();
        send("two\n");

        assertThat(clients.published()).hasSize(2);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void readsNoMoreThanCanBeMadeSafe() {
        begin("channel:up", Map.of());
        var answered = clients.hold();

        send("x\n".repeat(3000));

        assertThat(clients.published()).hasSize(1024);
        assertThat(Reading.isPaused(channel)).isTrue();
        clients.answer();
        answered.forEach(reply -> reply.refused(Refusal.INTERNAL));
        channel.runPendingTasks();
        assertThat(clients.published()).hasSize(3000);
        assertThat(Reading.isPaused(channel)).isFalse();
    }

    @Test
    void theEndOfTheInputEndsALine() {
        begin("channel:up", Map.of());

        send("one\ntwo");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(clients.published()).containsExactly("up - one", "up - two");
        assertThat(channel.isOpen()).isFalse();
        assertThat(clients.whenClosed()).isCompleted();
    }

    @Test
    void theEndOfTheInputIsNoEndOfAFrame() {
        begin("channel:up", Map.of("framing", "delimiter", "delimiter", ";"));

        send("one;two");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(clients.published()).containsExactly("up - one");
    }

    @Test
    void goesAlsoWithAWayBackWhenTheDeviceHasFinishedSending() {
        begin("channel:up", Map.of("back", "channel:down"));

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void goesWhenItIsTold() {
        begin("channel:up", Map.of());

        channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
        channel.runPendingTasks();

        assertThat(connection.closeReason()).contains(CloseReason.SHUTDOWN);
        assertThat(clients.whenClosed()).isCompleted();
        assertThat(route.info().open()).isZero();
    }

    private void begin(String to, Map<String, Object> settings) {
        route = new TestRoutes().add("tcp::7100", to, settings);
        Device.begin(connection, route, RouteSettings.of(route.settings()), clients);
    }

    private void send(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, UTF_8));
    }

    private String written() {
        List<String> all = new ArrayList<>();
        ByteBuf next;
        while ((next = channel.readOutbound()) != null) {
            all.add(next.toString(UTF_8));
            next.release();
        }
        return String.join("", all);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Reading;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PausedReadingTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FakeConnection connection = new FakeConnection(channel);
    private final Echo echo = new Echo();

    @BeforeEach
    void serve() {
        Unrouted.protocol(echo, new TcpProtocol.Settings(16, Duration.ofSeconds(1)))
                .serve(connection);
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    @Test
    void holdsUntilEveryReasonIsGone() {
        Reading.pause(channel);
        writable(false);
        writable(true);
        assertThat(Reading.isPaused(channel)).isTrue();

        writable(false);
        Reading.resume(channel);
        assertThat(Reading.isPaused(channel)).isTrue();

        writable(true);
        assertThat(Reading.isPaused(channel)).isFalse();
    }

    @Test
    void takesNoLineOutOfWhatItHasAndGoesOnWithIt() {
        echo.onReceive = () -> Reading.pause(channel);

        send("1\n2\n3");
        assertThat(echo.received).containsExactly("1");
        send("\n4\n");
        assertThat(echo.received).containsExactly("1");

        echo.onReceive = () -> {};
        Reading.resume(channel);
        channel.runPendingTasks();
        assertThat(echo.received).containsExactly("1", "2", "3", "4");
    }

    @Test
    void doesNotGoOnInTheMiddleOfWhoeverResumes() {
        echo.onReceive = () -> Reading.pause(channel);
        send("1\n2\n");

        Reading.resume(channel);
        assertThat(echo.received).containsExactly("1");
        channel.runPendingTasks();
        assertThat(echo.received).containsExactly("1", "2");
    }

    @Test
    void servesWhatHasArrivedWhenThePeerHasFinishedSending() {
        Reading.pause(channel);
        send("1\n2");

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(echo.received).containsExactly("1", "2");
    }

    @Test
    void leavesTheReasonsOfOthersWhenItCloses() {
        Reading.pause(channel);
        writable(false);

        echo.transport.close(CloseReason.SHUTDOWN);

        assertThat(Reading.isPaused(channel)).isTrue();
        Reading.resume(channel);
        assertThat(Reading.isPaused(channel)).isFalse();
    }

    private void writable(boolean is) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, is);
        channel.runPendingTasks();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.runPendingTasks();
    }
}

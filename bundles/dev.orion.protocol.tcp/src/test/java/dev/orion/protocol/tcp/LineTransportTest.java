// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LineTransportTest {

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
    void hasTheTraitsOfAPersonAtNc() {
        assertThat(echo.transport.name()).isEqualTo("tcp");
        assertThat(echo.transport.isEmulated()).isFalse();
        assertThat(echo.transport.answersPings()).isFalse();
        assertThat(echo.transport.hasCloseCodes()).isFalse();
        assertThat(echo.transport.framing()).isSameAs(LineFraming.SHARED);
    }

    @Test
    void takesLinesEndedByLfOrCrlfByteByByte() {
        for (byte each : ascii("{\"id\":1}\n{\"id\":2}\r\n")) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
        }

        assertThat(echo.received).containsExactly("{\"id\":1}", "{\"id\":2}");
    }

    @Test
    void ignoresBlankLines() {
        send("\n\r\n  \t\n{}\n");

        assertThat(echo.received).containsExactly("{}");
    }

    @Test
    void servesALineOfExactlyTheLimit() {
        send("1234567890123456\r\n");

        assertThat(echo.received).containsExactly("1234567890123456");
    }

    @Test
    void endsWithBadRequestWhenALineIsTooLongAndReadsNoMore() {
        send("{}\n");
        send("12345678901234567\n{\"id\":3}\n");

        assertThat(echo.ended).isCompletedWithValue(CloseReason.BAD_REQUEST);
        assertThat(connection.closed()).isCompletedWithValue(CloseReason.BAD_REQUEST);
        assertThat(echo.received).containsExactly("{}");
        assertThat(written()).isEqualTo("{}\nbye 3501\n");
    }

    @Test
    void endsInItsOwnWordsWhenAskedToGo() {
        channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
        channel.runPendingTasks();

        assertThat(written()).isEqualTo("bye 3001\n");
        assertThat(connection.closed()).isCompletedWithValue(CloseReason.SHUTDOWN);
        assertThat(echo.closed).isCompleted();
    }

    @Test
    void staysWhileASlowPeerStillTakesWhatItIsOwed() {
        var slow = new SlowChannel();
        var peer = new FakeConnection(slow);
        var words = new Echo();
        Unrouted.protocol(words, new TcpProtocol.Settings(16, Duration.ofSeconds(1))).serve(peer);
        slow.freezeTime();
        for (int i = 0; i < 3; i++) {
            slow.write(Unpooled.copiedBuffer("owed\n", StandardCharsets.US_ASCII));
        }

        slow.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SLOW));
        for (int seconds = 0; seconds < 4; seconds++) {
            assertThat(peer.closed()).isNotDone();
            slow.letOut(1);
            slow.advanceTimeBy(1, TimeUnit.SECONDS);
            slow.runScheduledPendingTasks();
        }

        assertThat(slow.written()).isEqualTo("owed\nowed\nowed\nbye 3008\n");
        slow.runPendingTasks();
        assertThat(peer.closed()).isCompletedWithValue(CloseReason.SLOW);
        slow.finishAndReleaseAll();
    }

    @Test
    void leavesAPeerThatTakesNothing() {
        var stuck = new SlowChannel();
        var peer = new FakeConnection(stuck);
        Unrouted.protocol(new Echo(), new TcpProtocol.Settings(16, Duration.ofSeconds(1)))
                .serve(peer);
        stuck.freezeTime();

        stuck.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SLOW));
        stuck.advanceTimeBy(1, TimeUnit.SECONDS);
        stuck.runScheduledPendingTasks();

        assertThat(peer.closed()).isCompletedWithValue(CloseReason.SLOW);
        stuck.finishAndReleaseAll();
    }

    @Test
    void stopsReadingWhileThePeerDoesNotReadItsAnswers() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(4, 8));

        channel.write(Unpooled.copiedBuffer("0123456789", StandardCharsets.US_ASCII));
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();

        channel.flush();
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void tellsTheConversationThatThePeerIsGone() {
        channel.close();

        assertThat(echo.closed).isCompleted();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.runPendingTasks();
    }

    private String written() {
        var text = new StringBuilder();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            text.append(each.toString(StandardCharsets.UTF_8));
            each.release();
        }
        return text.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

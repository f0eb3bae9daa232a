// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static dev.orion.protocol.websocket.Frames.bytes;
import static dev.orion.protocol.websocket.Frames.frame;
import static dev.orion.protocol.websocket.Frames.join;
import static dev.orion.protocol.websocket.Frames.text;
import static dev.orion.protocol.websocket.Frames.unmasked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketConnectionTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final TestConnection connection =
            new TestConnection(channel, "websocket", Endpoint.parse("http://127.0.0.1:8080"));
    private final WebSockets sockets =
            new WebSockets(new WebSockets.Settings(70_000, 1 << 20, Compression.OFF));
    private final FakeClientProtocol protocol = new FakeClientProtocol();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        assertThat(sockets.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 70_000})
    void echoesMessagesOfEveryLength(int length) {
        echo();
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');

        assertThat(send(frame(0x81, payload))).isEqualTo(unmasked(0x81, payload));
        assertThat(send(frame(0x82, payload))).isEqualTo(unmasked(0x82, payload));
    }

    @Test
    void echoesByteByByte() {
        echo();
        byte[] payload = "häĺlo €𝄞".repeat(20).getBytes(UTF_8);
        var back = new ByteArrayOutputStream();

        for (byte one : frame(0x81, payload)) {
            back.writeBytes(send(new byte[] {one}));
        }
        assertThat(back.toByteArray()).isEqualTo(unmasked(0x81, payload));
    }

    @Test
    void takesSeveralFramesAtOnce() {
        echo();
        byte[] one = unmasked(0x81, text("a"));

        assertThat(send(join(frame(0x81, text("a")), frame(0x81, text("a")))))
                .isEqualTo(join(one, one));
    }

    @Test
    void gathersFragmentsWithAPingBetweenThem() {
        echo();

        assertThat(send(frame(0x01, text("one ")))).isEmpty();
        assertThat(send(frame(0x89, text("p")))).isEqualTo(unmasked(0x8a, text("p")));
        assertThat(send(frame(0x00, text("two ")))).isEmpty();
        assertThat(send(frame(0x80, text("three"))))
                .isEqualTo(unmasked(0x81, text("one two three")));
        assertThat(send(frame(0x82, text("b")))).isEqualTo(unmasked(0x82, text("b")));
    }

    @Test
    void acceptsACharacterThatIsCutByAFragment() {
        echo();
        byte[] euro = text("€");

        send(frame(0x01, Arrays.copyOf(euro, 1)));
        assertThat(send(frame(0x80, Arrays.copyOfRange(euro, 1, 3))))
                .isEqualTo(unmasked(0x81, euro));
    }

    @Test
    void ignoresAPong() {
        echo();

        assertThat(send(frame(0x8a, text("p")))).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    static Stream<Arguments> faults() {
        byte[] none = {};
        byte[] reserved = frame(0xc1, text("a"));
        return Stream.of(
                fault(1002, "81 01 61", "unmasked"),
                fault(1002, hex(reserved), "RSV1"),
                fault(1002, hex(frame(0xa1, text("a"))), "RSV2"),
                fault(1002, hex(frame(0x91, text("a"))), "RSV3"),
                fault(1002, hex(frame(0x83, text("a"))), "reserved data opcode"),
                fault(1002, hex(frame(0x8b, text("a"))), "reserved control opcode"),
                fault(1002, hex(frame(0x09, text("a"))), "fragmented ping"),
                fault(1002, "89 fe 00 7e", "oversize ping"),
                fault(1002, hex(frame(0x80, text("a"))), "continuation of nothing"),
                fault(1002, hex(join(frame(0x01, none), frame(0x81, none))), "text in fragments"),
                fault(1002, "81 fe 00 7d 00 00 00 00", "length not shortest"),
                fault(1002, "81 ff 00 00 00 00 00 00 ff ff 00 00 00 00", "length not shortest"),
                fault(1002, "81 ff 80 00 00 00 00 00 00 00 00 00 00 00", "negative length"),
                fault(1002, hex(frame(0x88, new byte[] {3})), "close with one byte"),
                fault(1002, hex(frame(0x88, new byte[] {3, (byte) 0xed})), "close 1005"),
                fault(1002, hex(frame(0x88, new byte[] {0, 1})), "close 1"),
                fault(1007, hex(frame(0x88, bytes(0x03, 0xe8, 0xff))), "close text"),
                fault(1007, hex(frame(0x81, bytes(0xff))), "not UTF-8"),
                fault(1007, hex(frame(0x81, bytes(0xc0, 0x80))), "overlong"),
                fault(1007, hex(frame(0x81, bytes(0xe0, 0x80, 0x80))), "overlong"),
                fault(1007, hex(frame(0x81, bytes(0xed, 0xa0, 0x80))), "surrogate"),
                fault(1007, hex(frame(0x81, bytes(0xf4, 0x90, 0x80, 0x80))), "above U+10FFFF"),
                fault(1007, hex(frame(0x81, bytes(0xf1, 0xe1, 0x80, 0x80))), "lead in a tail"),
                fault(1007, hex(frame(0x81, bytes(0xe2, 0x82))), "cut off"),
                fault(1009, "81 ff 00 00 00 00 00 01 11 71 00 00 00 00", "70,001 bytes"),
                fault(1009, "81 ff 7f ff ff ff ff ff ff ff 00 00 00 00", "huge"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("faults")
    void closesWithTheCodeOfTheFault(int code, String frames, String name) {
        echo();

        byte[] close = send(HexFormat.ofDelimiter(" ").parseHex(frames));

        assertThat(close[0]).isEqualTo((byte) 0x88);
        assertThat(closeCode(close)).isEqualTo(code);
        assertThat(send(frame(0x81, text("a")))).isEmpty();
        afterTheWait();
        assertThat(connection.closeReason()).contains(CloseReason.BAD_REQUEST);
    }

    static Stream<Arguments> earlyFaults() {
        byte[] euro = text("\u20ac");
        byte[] cutAndBroken = join(Arrays.copyOf(euro, 2), bytes(0xf4));
        byte[] wholeFrame = frame(0x81, join(cutAndBroken, new byte[20]));
        return Stream.of(
                Arguments.of("in the first fragment", new byte[][] {frame(0x01, bytes(0xff))}),
                Arguments.of(
                        "in a later fragment",
                        new byte[][] {
                            frame(0x01, Arrays.copyOf(euro, 1)), frame(0x00, bytes(0x7f))
                        }),
                Arguments.of(
                        "in a part of a frame",
                        new byte[][] {
                            Arrays.copyOf(wholeFrame, 8), Arrays.copyOfRange(wholeFrame, 8, 9)
                        }),
                Arguments.of(
                        "cut off at the end",
                        new byte[][] {
                            frame(0x01, text("a")), frame(0x80, Arrays.copyOf(euro, 2))
                        }));
    }

    @ParameterizedTest(name = "{0}") // RFC 6455 §8.1
    @MethodSource("earlyFaults")
    void refusesWhatIsNoTextAsSoonAsItIsSeen(String name, byte[][] pieces) {
        echo();

        assertThat(send(pieces[0])).hasSize(pieces.length == 1 ? 17 : 0);
        if (pieces.length > 1) {
            assertThat(closeCode(send(pieces[1]))).isEqualTo(1007);
        }
    }

    @Test
    void holdsOnlySoMuchOfLargeMessages() {
        echo();
        LargeMessages large = sockets.largeMessages();
        byte[] whole = frame(0x82, new byte[70_000]);

        send(Arrays.copyOf(whole, 60_000));
        assertThat(large.held()).isZero();
        send(Arrays.copyOfRange(whole, 60_000, 69_000));
        assertThat(large.held()).isEqualTo(69_000 - 14);
        assertThat(send(Arrays.copyOfRange(whole, 69_000, whole.length))).hasSize(70_010);
        assertThat(large.held()).isZero();

        large.hold(1 << 20, 1 << 20);
        assertThat(closeCode(send(whole))).isEqualTo(1013);
        large.giveBack(1 << 20);
        assertThat(large.held()).isZero();
    }

    @Test
    void forgetsWhatItHeldWhenThePeerGoes() {
        echo();
        send(Arrays.copyOf(frame(0x82, new byte[70_000]), 69_000));
        channel.close();

        assertThat(sockets.largeMessages().held()).isZero();
    }

    @Test
    void closesWhenFragmentsAreTooBigTogether() {
        echo();

        send(frame(0x01, new byte[60_000]));
        assertThat(closeCode(send(frame(0x00, new byte[10_001])))).isEqualTo(1009);
    }

    @ParameterizedTest
    @CsvSource({"1000", "1001", "3000", "4999"})
    void answersACloseWithItsCodeAndCloses(int code) {
        echo();
        byte[] payload = join(bytes(code >> 8, code & 0xff), text("bye"));

        byte[] answer = send(frame(0x88, payload));

        assertThat(answer).isEqualTo(unmasked(0x88, Arrays.copyOf(payload, 2)));
        assertThat(connection.closeReason()).contains(CloseReason.CONNECTION_CLOSED);
    }

    @Test
    void answersAnEmptyCloseWithAnEmptyClose() {
        echo();

        assertThat(send(frame(0x88, new byte[0]))).isEqualTo(bytes(0x88, 0));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void saysThatTheServiceRestarts() {
        echo();
        channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

        assertThat(closeCode(received())).isEqualTo(1012);
        assertThat(channel.isOpen()).isTrue();

        send(frame(0x88, bytes(0x03, 0xf4)));
        assertThat(connection.closeReason()).contains(CloseReason.SHUTDOWN);
    }

    @Test
    void closesAlsoWhenThePeerReadsNothing() {
        var peer = new SlowPeer();
        TestConnection its = echo(peer);
        peer.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
        peer.pass(4);

        assertThat(peer.isOpen()).isFalse();
        assertThat(its.closeReason()).contains(CloseReason.SHUTDOWN);
        peer.finishAndReleaseAll();
    }

    @Test
    void closesWhenThePeerHasClosedAndReadsNothing() {
        var peer = new SlowPeer();
        echo(peer);
        peer.writeInbound(Unpooled.copiedBuffer(frame(0x88, new byte[0])));
        peer.pass(4);

        assertThat(peer.isOpen()).isFalse();
        peer.finishAndReleaseAll();
    }

    @Test
    void waitsForAPeerThatTakesSlowlyWhatWasWritten() {
        var peer = new SlowPeer();
        echo(peer);
        peer.writeInbound(Unpooled.copiedBuffer(frame(0x82, new byte[60_000])));
        peer.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));
        for (int taken = 0; taken < 60_000; taken += 10_000) {
            peer.take(10_000);
            peer.pass(2);
            assertThat(peer.isOpen()).isTrue();
        }

        peer.take(1000); // with the close
        peer.pass(4); // which set the time anew
        peer.pass(4);
        assertThat(peer.isOpen()).isFalse();
        peer.finishAndReleaseAll();
    }

    @Test
    void asksEveryConnectionToGoWhenItIsClosed() {
        echo();
        sockets.close();
        channel.runPendingTasks();

        assertThat(closeCode(received())).isEqualTo(1012);
    }

    @Test
    void stopsReadingWhileThePeerDoesNot() {
        echo();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();

        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void holdsUntilEveryReasonNotToReadIsGone() {
        echo();
        Reading.pause(channel);
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.runPendingTasks();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        assertThat(Reading.isPaused(channel)).isTrue();

        Reading.resume(channel);
        assertThat(Reading.isPaused(channel)).isFalse();
    }

    @Test
    void takesNoFrameWhileReadingIsPaused() {
        FakeClientProtocol.FakeConversation conversation = client();
        conversation.onReceive = () -> Reading.pause(channel);

        byte[] one = frame(0x81, text("1"));
        byte[] two = frame(0x81, text("2"));
        send(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(one, two)));
        send(frame(0x81, text("3")));
        assertThat(conversation.events).containsExactly("1");

        conversation.onReceive = () -> {};
        Reading.resume(channel);
        assertThat(conversation.events).containsExactly("1");
        channel.runPendingTasks();
        assertThat(conversation.events).containsExactly("1", "2", "3");
    }

    @Test
    void keepsOneHandlerAndNoBuffer() {
        echo();
        send(frame(0x81, text("a")));

        assertThat(channel.pipeline().names()).startsWith(WebSocketConnection.NAME).hasSize(2);
        var handler = (WebSocketConnection) channel.pipeline().get(WebSocketConnection.NAME);
        assertThat(handler).extracting("cumulation", "unfinished").containsOnlyNulls();
    }

    // The client protocol

    @Test
    void carriesTheClientProtocol() {
        FakeClientProtocol.FakeConversation conversation = client();

        assertThat(send(frame(0x81, text("hi")))).isEqualTo(unmasked(0x81, text("got hi")));
        channel.close();
        assertThat(conversation.events).containsExactly("hi", "closed");
    }

    @Test
    void refusesBinaryCommands() {
        client();

        assertThat(closeCode(send(frame(0x82, text("{}"))))).isEqualTo(1003);
    }

    @Test
    void closesWithTheReasonOfTheConversation() {
        FakeClientProtocol.FakeConversation conversation = client();
        conversation.transport.close(CloseReason.NO_PONG);

        byte[] close = received();
        assertThat(closeCode(close)).isEqualTo(3012);
        assertThat(new String(close, 4, close.length - 4, UTF_8)).isEqualTo("no pong");
        afterTheWait();
        assertThat(connection.closeReason()).contains(CloseReason.NO_PONG);
        assertThat(conversation.events).containsExactly("closed");
    }

    @Test
    void endsTheConversationWhenItGoesAway() {
        client();
        channel.pipeline().fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

        assertThat(closeCode(received())).isEqualTo(3001);
    }

    @Test
    void closesWith1011WhenTheConversationBreaks() {
        client();

        assertThat(closeCode(send(frame(0x81, text("fail"))))).isEqualTo(1011);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65_535, 65_536})
    void framesDeliveriesAsItsOwnAnswers(int length) {
        byte[] payload = new byte[length];
        ByteBuf framed = Unpooled.buffer();
        PlainFraming.INSTANCE.frame(Unpooled.wrappedBuffer(payload), framed);

        assertThat(ByteBufUtil.getBytes(framed)).isEqualTo(unmasked(0x81, payload));
    }

    private void echo() {
        channel.pipeline()
                .addLast(
                        WebSocketConnection.NAME,
                        new EchoConnection(connection, sockets, PlainFraming.INSTANCE));
        channel.freezeTime();
    }

    private TestConnection echo(EmbeddedChannel peer) {
        var its = new TestConnection(peer, "websocket", connection.endpoint());
        peer.pipeline()
                .addLast(
                        WebSocketConnection.NAME,
                        new EchoConnection(its, sockets, PlainFraming.INSTANCE));
        peer.freezeTime();
        return its;
    }

    private FakeClientProtocol.FakeConversation client() {
        channel.pipeline()
                .addLast(
                        WebSocketConnection.NAME,
                        new ClientConnection(connection, sockets, PlainFraming.INSTANCE, protocol));
        channel.freezeTime();
        return protocol.conversations.get(0);
    }

    private void afterTheWait() {
        channel.advanceTimeBy(4, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    private byte[] send(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        return received();
    }

    private byte[] received() {
        var all = new ByteArrayOutputStream();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; ) {
            all.writeBytes(ByteBufUtil.getBytes(bytes));
            bytes.release();
            bytes = channel.readOutbound();
        }
        return all.toByteArray();
    }

    private static int closeCode(byte[] close) {
        return (close[2] & 0xff) << 8 | (close[3] & 0xff);
    }

    private static Arguments fault(int code, String frames, String name) {
        return Arguments.of(code, frames, name);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /** A channel whose peer takes only what it is told to. */
    private static final class SlowPeer extends EmbeddedChannel {

        private int room;

        void take(int bytes) {
            room = bytes;
            flush();
        }

        void pass(int seconds) {
            advanceTimeBy(seconds, TimeUnit.SECONDS);
            runScheduledPendingTasks();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer written) {
            while (written.current() instanceof ByteBuf bytes
                    && (room > 0 || !bytes.isReadable())) {
                int now = Math.min(room, bytes.readableBytes());
                room -= now;
                written.removeBytes(now);
            }
        }
    }
}

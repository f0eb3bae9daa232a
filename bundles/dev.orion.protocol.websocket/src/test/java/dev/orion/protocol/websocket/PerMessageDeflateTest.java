// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static dev.orion.protocol.websocket.Frames.bytes;
import static dev.orion.protocol.websocket.Frames.deflate;
import static dev.orion.protocol.websocket.Frames.frame;
import static dev.orion.protocol.websocket.Frames.inflate;
import static dev.orion.protocol.websocket.Frames.join;
import static dev.orion.protocol.websocket.Frames.noise;
import static dev.orion.protocol.websocket.Frames.prose;
import static dev.orion.protocol.websocket.Frames.text;
import static dev.orion.protocol.websocket.Frames.unmasked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692, once it has been agreed on. */
class PerMessageDeflateTest {

    private static final int MOST = 70_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final TestConnection connection =
            new TestConnection(channel, "websocket", Endpoint.parse("http://127.0.0.1:8080"));
    private final WebSockets sockets =
            new WebSockets(new WebSockets.Settings(MOST, 1 << 20, Compression.OFF));
    private final FakeClientProtocol protocol = new FakeClientProtocol();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        assertThat(sockets.largeMessages().held()).isZero();
    }

    @Test // §6.1: RSV1 says so, on the frame of the message
    void echoesCompressedMessagesCompressed() throws Exception {
        echo(15);
        for (int length : new int[] {100, 126, 1000, 16_384, 65_536, MOST - 100}) {
            byte[] message = prose(length, length);
            assertThat(message(send(frame(0xc1, deflate(message))), 0xc1)).isEqualTo(message);
            assertThat(message(send(frame(0xc2, deflate(message))), 0xc2)).isEqualTo(message);
        }
    }

    @Test // §6: either side may send any message uncompressed
    void sendsShortMessagesAndThoseThatDoNotGetShorterAsTheyAre() {
        echo(15);
        byte[] noise = noise(1000, 1);

        assertThat(send(frame(0xc1, deflate(text("short")))))
                .isEqualTo(unmasked(0x81, text("short")));
        assertThat(send(frame(0x82, noise))).isEqualTo(unmasked(0x82, noise));
        assertThat(send(frame(0xc2, deflate(noise)))).isEqualTo(unmasked(0x82, noise));
    }

    @Test // §6.1: only the first fragment has the bit
    void gathersAFragmentedMessageWithAPingBetween() throws Exception {
        echo(15);
        byte[] message = prose(5000, 2);
        byte[] compressed = deflate(message);

        assertThat(send(frame(0x41, Arrays.copyOf(compressed, 1)))).isEmpty();
        assertThat(send(frame(0x89, text("p")))).isEqualTo(unmasked(0x8a, text("p")));
        assertThat(send(frame(0x00, new byte[0]))).isEmpty();
        byte[] rest = Arrays.copyOfRange(compressed, 1, compressed.length);
        assertThat(message(send(frame(0x80, rest)), 0xc1)).isEqualTo(message);
    }

    @Test
    void readsByteByByte() throws Exception {
        echo(15);
        byte[] message = prose(3000, 3);
        var back = new ByteArrayOutputStream();

        for (byte one : frame(0xc1, deflate(message))) {
            back.writeBytes(send(new byte[] {one}));
        }
        assertThat(message(back.toByteArray(), 0xc1)).isEqualTo(message);
    }

    @ParameterizedTest // §6: on nothing but the first frame of a data message
    @ValueSource(ints = {0xc9, 0xca, 0xc8, 0xa1, 0x91, 0xe1})
    void refusesReservedBitsWhereTheyHaveNoMeaning(int first) {
        echo(15);

        assertThat(closeCode(send(frame(first, new byte[0])))).isEqualTo(1002);
    }

    @Test // §6.2
    void refusesTheBitOnAContinuation() {
        echo(15);
        send(frame(0x41, deflate(prose(100, 4))));

        assertThat(closeCode(send(frame(0xc0, new byte[] {0})))).isEqualTo(1002);
    }

    @Test // RFC 6455 §5.2: without agreement the bit is reserved
    void refusesTheBitWhereNothingWasAgreedOn() {
        install(PlainFraming.INSTANCE);

        assertThat(closeCode(send(frame(0xc1, deflate(text("a")))))).isEqualTo(1002);
    }

    @Test // §7.2.3.1, §7.2.3.2: one compressed block, in one frame and in two
    void readsTheExampleOfOneBlock() {
        echo(15);
        byte[] hello = unmasked(0x81, text("Hello"));

        assertThat(send(frame(0xc1, bytes(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00))))
                .isEqualTo(hello);
        assertThat(send(frame(0x41, bytes(0xf2, 0x48, 0xcd)))).isEmpty();
        assertThat(send(frame(0x80, bytes(0xc9, 0xc9, 0x07, 0x00)))).isEqualTo(hello);
    }

    @Test // §7.2.3.3
    void readsTheExampleOfABlockWithoutCompression() {
        echo(15);

        byte[] stored = bytes(0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00);
        assertThat(send(frame(0xc1, stored))).isEqualTo(unmasked(0x81, text("Hello")));
    }

    @Test // §7.2.3.4
    void readsTheExampleOfABlockThatSaysThatItIsTheLast() {
        echo(15);

        byte[] last = bytes(0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00);
        assertThat(send(frame(0xc1, last))).isEqualTo(unmasked(0x81, text("Hello")));
    }

    @Test // §7.2.3.5
    void readsTheExampleOfTwoBlocks() {
        echo(15);

        byte[] two = bytes(0xf2, 0x48, 0x05, 0, 0, 0, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00);
        assertThat(send(frame(0xc1, two))).isEqualTo(unmasked(0x81, text("Hello")));
    }

    @Test // §7.2.3.6
    void readsAnEmptyMessage() {
        echo(15);

        assertThat(send(frame(0xc1, bytes(0)))).isEqualTo(unmasked(0x81, new byte[0]));
    }

    @Test // §7.1.1.2: it takes nothing over, and refuses who refers to an earlier message
    void forgetsEachMessage() {
        echo(15);
        byte[] message = prose(2000, 5);
        var deflater = new Deflater(9, true);
        byte[] first = deflate(deflater, message);
        byte[] second = deflate(deflater, message);
        deflater.end();

        assertThat(send(frame(0xc1, first))).isNotEmpty();
        assertThat(closeCode(send(frame(0xc1, second)))).isEqualTo(1007);
    }

    @Test
    void closesWhenTheDataIsBroken() {
        echo(15);

        byte[] close = send(frame(0xc1, bytes(0xff, 0xff, 0xff)));
        assertThat(closeCode(close)).isEqualTo(1007);
        assertThat(new String(close, 4, close.length - 4, UTF_8))
                .isEqualTo("compressed data is broken");
    }

    @Test // §7.2.2: nobody can tell how the rest would read
    void closesWhenTheDataIsCutOff() {
        echo(15);
        byte[] whole = deflate(prose(300, 10));

        byte[] most = Arrays.copyOf(whole, whole.length - 3);
        assertThat(closeCode(send(frame(0xc1, most)))).isEqualTo(1007);
    }

    @Test // RFC 6455 §8.1
    void closesWhenTheMessageIsNoText() {
        echo(15);

        assertThat(closeCode(send(frame(0xc1, deflate(bytes(0xc3, 0x28)))))).isEqualTo(1007);
    }

    @Test // RFC 7692 §8: a bomb
    void countsWhatComesOutAgainstTheLimit() {
        echo(15);
        byte[] bomb = deflate(new byte[MOST + 1]);
        assertThat(bomb).hasSizeLessThan(200);

        assertThat(closeCode(send(frame(0xc2, bomb)))).isEqualTo(1009);
    }

    @Test
    void takesAMessageThatIsJustShortEnough() throws Exception {
        echo(15);

        assertThat(message(send(frame(0xc2, deflate(new byte[MOST]))), 0xc2)).hasSize(MOST);
        byte[] noise = noise(MOST, 6);
        assertThat(send(frame(0xc2, deflate(noise)))).isEqualTo(unmasked(0x82, noise));
    }

    @Test
    void makesLittleMoreOfABombThanTheLimit() throws Exception {
        Inflation inflation = Inflation.borrow();
        ByteBuf bomb = Unpooled.wrappedBuffer(deflate(new byte[64 << 20]));

        assertThat(inflation.inflate(bomb, 1000)).isNull();
        assertThat(bomb.readableBytes()).isGreaterThan(60_000);
        assertThat(inflation)
                .extracting("bytes")
                .isInstanceOfSatisfying(
                        byte[].class, bytes -> assertThat(bytes.length).isLessThanOrEqualTo(4096));
        inflation.giveBack();
        assertThat(Inflation.borrow()).isSameAs(inflation);
    }

    @ParameterizedTest // §7.1.2.1
    @ValueSource(ints = {8, 9, 12, 14, 15})
    void refersBackNoFurtherThanTheWindow(int windowBits) throws Exception {
        byte[] message = prose(MOST - 1000, 7);
        ByteBuf out = Unpooled.buffer();
        new DeflateFraming(windowBits, 1, 6).frame(Unpooled.wrappedBuffer(message), out);
        byte[] sent = ByteBufUtil.getBytes(out);
        int head = sent[1] == 127 ? 10 : 4;

        byte[] compressed = Arrays.copyOfRange(sent, head, sent.length);
        assertThat(inflate(compressed)).isEqualTo(message);
        assertForgetsAfter(1 << windowBits, compressed, message);
    }

    /** Each window can be read by who knows nothing of those before it. */
    private static void assertForgetsAfter(int window, byte[] compressed, byte[] message)
            throws DataFormatException {
        String marker = hex(bytes(0, 0, 0xff, 0xff));
        int step = window == 1 << 15 ? message.length : window;
        int done = 0;
        for (String block : hex(compressed).split(marker, -1)) {
            int end = Math.min(message.length, done + step);
            assertThat(inflate(HexFormat.ofDelimiter(" ").parseHex(block.strip())))
                    .isEqualTo(Arrays.copyOfRange(message, done, end));
            done = end;
        }
        assertThat(done).isEqualTo(message.length);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    // What is sent to many

    @Test
    void sharesDeliveriesOfConnectionsWithEqualParameters() throws Exception {
        ClientConnection connected =
                new ClientConnection(connection, sockets, new DeflateFraming(15, 100, 1), protocol);

        assertThat(connected.framing()).isEqualTo(new DeflateFraming(15, 100, 1));
        assertThat(connected.framing()).isNotEqualTo(new DeflateFraming(14, 100, 1));
        byte[] lines = prose(500, 8);
        ByteBuf out = Unpooled.buffer();
        connected.framing().frame(Unpooled.wrappedBuffer(lines), out);
        assertThat(message(ByteBufUtil.getBytes(out), 0xc1)).isEqualTo(lines);
    }

    @Test
    void compressesABinaryMessageOnceForAllThatGetItInATurn() throws Exception {
        var framing = new DeflateFraming(15, 100, 1);
        byte[] message = prose(500, 9);
        ByteBuf shared = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(message);
        var one = new EmbeddedChannel(BinaryFrames.of(framing));
        var two = new EmbeddedChannel(BinaryFrames.of(new DeflateFraming(15, 100, 1)));
        var other = new EmbeddedChannel(BinaryFrames.of(new DeflateFraming(9, 100, 1)));

        one.write(shared.retainedDuplicate());
        two.write(shared.retainedDuplicate());
        other.write(shared);
        ByteBuf first = flushed(one);
        ByteBuf second = flushed(two);
        ByteBuf third = flushed(other);

        assertThat(second.memoryAddress()).isEqualTo(first.memoryAddress());
        assertThat(third.memoryAddress()).isNotEqualTo(first.memoryAddress());
        for (ByteBuf frame : new ByteBuf[] {first, second, third}) {
            assertThat(message(ByteBufUtil.getBytes(frame), 0xc2)).isEqualTo(message);
            frame.release();
        }
        assertThat(shared.refCnt()).isZero();
    }

    @Test
    void putsShortBinaryMessagesBehindAHead() {
        var stream = new EmbeddedChannel(BinaryFrames.of(new DeflateFraming(15, 100, 1)));
        stream.writeOutbound(Unpooled.copiedBuffer(text("short")));

        ByteBuf head = stream.readOutbound();
        ByteBuf body = stream.readOutbound();
        assertThat(join(ByteBufUtil.getBytes(head), ByteBufUtil.getBytes(body)))
                .isEqualTo(unmasked(0x82, text("short")));
        head.release();
        body.release();
    }

    private static ByteBuf flushed(EmbeddedChannel channel) {
        channel.flush();
        return channel.readOutbound();
    }

    private void echo(int windowBits) {
        install(new DeflateFraming(windowBits, 64, 6));
    }

    private void install(MessageFraming framing) {
        channel.pipeline()
                .addLast(
                        WebSocketConnection.NAME, new EchoConnection(connection, sockets, framing));
        channel.freezeTime();
    }

    private byte[] send(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        var all = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
        return all.toByteArray();
    }

    /** The message in a compressed frame. */
    private static byte[] message(byte[] frame, int first) throws DataFormatException {
        assertThat(frame[0] & 0xff).isEqualTo(first);
        int head = frame[1] < 126 ? 2 : 4;
        return inflate(Arrays.copyOfRange(frame, head, frame.length));
    }

    private static int closeCode(byte[] close) {
        assertThat(close[0]).isEqualTo((byte) 0x88);
        return (close[2] & 0xff) << 8 | (close[3] & 0xff);
    }
}

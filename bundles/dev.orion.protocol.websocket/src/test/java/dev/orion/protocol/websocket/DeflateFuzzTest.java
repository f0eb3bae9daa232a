// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static dev.orion.protocol.websocket.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7692 §7.2, against Netty's reading and writing of the same bytes. */
class DeflateFuzzTest {

    private static final int ROUNDS = 300;
    private static final int MOST = 20_000;

    private final WebSockets sockets =
            new WebSockets(new WebSockets.Settings(MOST, 1 << 20, Compression.OFF));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readsWhatNettyWrites(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = message(random);
            byte[] compressed = nettyDeflates(message);

            assertThat(read(compressed, random)).hasValue(message);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void writesWhatNettyReads(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = message(random);
            var framing = new DeflateFraming(8 + random.nextInt(8), 1, 1 + random.nextInt(9));
            ByteBuf frame = Unpooled.buffer();
            framing.frame(Opcode.BINARY, Unpooled.wrappedBuffer(message), frame);

            assertThat(nettyReads(frame)).hasValue(message);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void understandsNothingThatNettyDoesNot(long seed) {
        var random = new Random(seed);
        for (int rounds = 0; rounds < ROUNDS; rounds++) {
            int round = rounds;
            byte[] damaged = Frames.deflate(message(random));
            for (int damage = 1 + random.nextInt(3); damage > 0; damage--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int length = random.nextBoolean() ? damaged.length : random.nextInt(damaged.length);
            byte[] bytes = Arrays.copyOf(damaged, Math.max(1, length));

            Optional<byte[]> ours = read(bytes, random);
            Optional<byte[]> nettys = nettyReads(Unpooled.wrappedBuffer(unmasked(bytes)));
            // The other way round it need not be: Netty takes what is cut off for a message, and
            // an empty message for a fault.
            ours.filter(message -> message.length > 0)
                    .ifPresent(
                            message -> assertThat(nettys).as("round %d", round).hasValue(message));
        }
    }

    private static byte[] message(Random random) {
        int length = random.nextInt(random.nextInt(4) == 0 ? MOST - 20 : 300);
        return switch (random.nextInt(3)) {
            case 0 -> Frames.noise(length, random.nextLong());
            case 1 -> new byte[length];
            default -> Frames.prose(length, random.nextLong());
        };
    }

    private static byte[] unmasked(byte[] compressed) {
        return Frames.unmasked(0xc2, compressed);
    }

    /** What our echo understands, however the bytes are cut into fragments and pieces. */
    private Optional<byte[]> read(byte[] compressed, Random random) {
        var channel = new EmbeddedChannel();
        var connection =
                new TestConnection(channel, "websocket", Endpoint.parse("http://127.0.0.1:8080"));
        var heard = new Heard(connection, sockets);
        channel.pipeline().addLast(WebSocketConnection.NAME, heard);
        int cut = random.nextInt(compressed.length + 1);
        byte[] frames = frame(0xc2, compressed);
        if (cut > 0 && cut < compressed.length) {
            byte[] first = frame(0x42, Arrays.copyOf(compressed, cut));
            byte[] second = frame(0x80, Arrays.copyOfRange(compressed, cut, compressed.length));
            frames = Frames.join(first, second);
        }
        int piece = random.nextInt(frames.length + 1);
        channel.writeInbound(Unpooled.copiedBuffer(frames, 0, piece));
        channel.writeInbound(Unpooled.copiedBuffer(frames, piece, frames.length - piece));
        channel.finishAndReleaseAll();
        return heard.message;
    }

    private static byte[] nettyDeflates(byte[] message) {
        var channel = new EmbeddedChannel(extension().newExtensionEncoder());
        channel.writeOutbound(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)));
        ByteBuf whole = Unpooled.buffer();
        for (WebSocketFrame frame = channel.readOutbound(); frame != null; ) {
            assertThat(frame.rsv()).isEqualTo(frame instanceof ContinuationWebSocketFrame ? 0 : 4);
            whole.writeBytes(frame.content());
            frame.release();
            frame = channel.readOutbound();
        }
        channel.finishAndReleaseAll();
        return ByteBufUtil.getBytes(whole);
    }

    private static Optional<byte[]> nettyReads(ByteBuf frame) {
        ChannelHandler frames =
                new WebSocket13FrameDecoder(
                        WebSocketDecoderConfig.newBuilder()
                                .allowExtensions(true)
                                .expectMaskedFrames(false)
                                .maxFramePayloadLength(1 << 20)
                                .build());
        var channel =
                new EmbeddedChannel(
                        frames,
                        extension().newExtensionDecoder(),
                        new WebSocketFrameAggregator(1 << 22));
        try {
            channel.writeInbound(frame);
            WebSocketFrame message = channel.readInbound();
            Optional<byte[]> bytes =
                    Optional.ofNullable(message)
                            .map(whole -> ByteBufUtil.getBytes(whole.content()));
            ReferenceCountUtil.release(message);
            return bytes;
        } catch (CodecException broken) {
            return Optional.empty();
        } finally {
            finish(channel);
        }
    }

    private static void finish(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (CodecException again) {
            channel.releaseInbound(); // it tries what has failed once more
        }
    }

    /** A client that has agreed to what we answer. */
    private static WebSocketClientExtension extension() {
        WebSocketClientExtension extension =
                new PerMessageDeflateClientExtensionHandshaker(6, true, 15, true, true, 0)
                        .handshakeExtension(
                                new WebSocketExtensionData(
                                        "permessage-deflate",
                                        Map.of(
                                                "server_no_context_takeover", "",
                                                "client_no_context_takeover", "")));
        assertThat(extension).isNotNull();
        return extension;
    }

    /** Keeps the last binary message. */
    private static final class Heard extends WebSocketConnection {

        private Optional<byte[]> message = Optional.empty();

        Heard(TestConnection connection, WebSockets sockets) {
            super(connection, sockets, new DeflateFraming(15, 1, 1));
        }

        @Override
        void text(ByteBuf bytes) {}

        @Override
        void binary(ByteBuf bytes) {
            message = Optional.of(ByteBufUtil.getBytes(bytes));
        }

        @Override
        void goAway(dev.orion.net.CloseReason reason) {}
    }
}

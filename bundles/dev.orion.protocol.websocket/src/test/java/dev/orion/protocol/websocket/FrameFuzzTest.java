// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static dev.orion.protocol.websocket.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §5 to §8, against Netty's reading of the same bytes. */
class FrameFuzzTest {

    private static final int ROUNDS = 100;
    private static final int MOST = 1 << 20;

    private static final int[] GOOD_CODES = {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999};
    private static final int[] BAD_CODES = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999};

    /** What a server closes with that has found a fault. */
    private static final Set<String> REFUSALS = Set.of("close 1002", "close 1007", "close 1009");

    private final WebSockets sockets =
            new WebSockets(new WebSockets.Settings(MOST, 1 << 24, Compression.OFF));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void understandsWhatNettyDoes(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] conversation = conversation(random);

            assertThat(ours(conversation, random))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(nettys(conversation));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void understandsDamagedFramesAsNettyDoes(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] conversation = damaged(conversation(random), random);
            List<String> ours = ours(conversation, random);
            List<String> nettys = nettys(conversation);

            assertThat(agree(ours, nettys))
                    .as("seed %d, round %d: %s and %s", seed, round, ours, nettys)
                    .isTrue();
        }
    }

    /**
     * Netty goes on with what came in the same read as a fault, and may name another one. Bytes
     * that are no text we refuse before the rest of their frame is there.
     */
    private static boolean agree(List<String> ours, List<String> nettys) {
        String last = ours.isEmpty() ? "" : ours.get(ours.size() - 1);
        boolean isRefused = REFUSALS.contains(last);
        List<String> before = isRefused ? ours.subList(0, ours.size() - 1) : ours;
        if (nettys.stream().anyMatch(REFUSALS::contains)) {
            var rest = nettys.iterator();
            return isRefused && before.stream().allMatch(event -> comesIn(rest, event));
        }
        return ours.equals(nettys) || (last.equals("close 1007") && before.equals(nettys));
    }

    private static boolean comesIn(Iterator<String> rest, String event) {
        while (rest.hasNext()) {
            if (rest.next().equals(event)) {
                return true;
            }
        }
        return false;
    }

    // What a client sends

    private static byte[] conversation(Random random) {
        var bytes = new ByteArrayOutputStream();
        for (int message = random.nextInt(6); message > 0; message--) {
            if (random.nextInt(3) == 0) {
                bytes.writeBytes(control(random));
            } else {
                message(random, bytes);
            }
        }
        if (random.nextBoolean()) {
            bytes.writeBytes(close(random));
        }
        return bytes.toByteArray();
    }

    /** Whole or in fragments, with pings between them (RFC 6455 §5.4). */
    private static void message(Random random, ByteArrayOutputStream bytes) {
        boolean isText = random.nextBoolean();
        int length = random.nextInt(random.nextInt(30) == 0 ? 70_000 : 200);
        byte[] payload =
                isText
                        ? Frames.prose(length, random.nextLong())
                        : Frames.noise(length, random.nextLong());
        int from = 0;
        int opcode = isText ? Opcode.TEXT : Opcode.BINARY;
        for (int fragment = random.nextInt(4); fragment > 0; fragment--) {
            int end = from + random.nextInt(payload.length - from + 1); // in the midst of a char
            bytes.writeBytes(frame(opcode, Arrays.copyOfRange(payload, from, end)));
            from = end;
            opcode = Opcode.CONTINUATION;
            if (random.nextInt(3) == 0) {
                bytes.writeBytes(control(random));
            }
        }
        bytes.writeBytes(frame(0x80 | opcode, Arrays.copyOfRange(payload, from, payload.length)));
    }

    private static byte[] control(Random random) {
        int opcode = random.nextBoolean() ? Opcode.PING : Opcode.PONG;
        return frame(0x80 | opcode, Frames.noise(random.nextInt(126), random.nextLong()));
    }

    private static byte[] close(Random random) {
        if (random.nextInt(4) == 0) {
            return frame(0x80 | Opcode.CLOSE, new byte[random.nextInt(2)]);
        }
        boolean isBad = random.nextInt(4) == 0;
        int[] codes = isBad ? BAD_CODES : GOOD_CODES;
        int code = codes[random.nextInt(codes.length)];
        byte[] words =
                !isBad && random.nextInt(4) == 0
                        ? noText(random)
                        : Frames.prose(random.nextInt(100), random.nextLong());
        return frame(0x80 | Opcode.CLOSE, Frames.join(Frames.bytes(code >> 8, code & 0xff), words));
    }

    /** It does not end in the midst of a character, which Netty lets pass in a close frame. */
    private static byte[] noText(Random random) {
        return Frames.join(
                Frames.noise(random.nextInt(100), random.nextLong()), Frames.text("...."));
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = Arrays.copyOf(bytes, bytes.length);
        for (int damage = 1 + random.nextInt(2); damage > 0 && damaged.length > 0; damage--) {
            // Where there are heads more often than not.
            int at = random.nextInt(random.nextBoolean() ? damaged.length : 1 + damaged.length / 8);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(4) == 0
                ? Arrays.copyOf(damaged, random.nextInt(damaged.length + 1))
                : damaged;
    }

    // Who reads it

    /** In pieces of any length; after each the messages, then what was answered. */
    private List<String> ours(byte[] conversation, Random random) {
        var channel = new EmbeddedChannel();
        var connection =
                new TestConnection(channel, "websocket", Endpoint.parse("http://127.0.0.1:8080"));
        var heard = new Heard(connection, sockets);
        channel.pipeline().addLast(WebSocketConnection.NAME, heard);
        int from = 0;
        while (from < conversation.length && channel.isOpen()) {
            int end = Math.min(conversation.length, from + 1 + random.nextInt(5000));
            channel.writeInbound(Unpooled.copiedBuffer(conversation, from, end - from));
            from = end;
        }
        answers(channel, heard.events);
        channel.finishAndReleaseAll();
        return sorted(heard.events);
    }

    /** Pongs and the close frame that a server has sent. */
    private static void answers(EmbeddedChannel server, List<String> events) {
        var client =
                new EmbeddedChannel(
                        new WebSocket13FrameDecoder(
                                WebSocketDecoderConfig.newBuilder()
                                        .expectMaskedFrames(false)
                                        .build()));
        for (ByteBuf sent = server.readOutbound(); sent != null; ) {
            client.writeInbound(sent);
            sent = server.readOutbound();
        }
        for (WebSocketFrame frame = client.readInbound(); frame != null; ) {
            events.add(
                    frame instanceof CloseWebSocketFrame close
                            ? closed(close.statusCode())
                            : "pong " + ByteBufUtil.hexDump(frame.content()));
            frame.release();
            frame = client.readInbound();
        }
        client.finishAndReleaseAll();
    }

    private static List<String> nettys(byte[] conversation) {
        var server =
                new EmbeddedChannel(
                        new WebSocket13FrameDecoder(
                                WebSocketDecoderConfig.newBuilder()
                                        .expectMaskedFrames(true)
                                        .maxFramePayloadLength(MOST)
                                        .closeOnProtocolViolation(false)
                                        .build()),
                        new Utf8FrameValidator(false),
                        new WebSocketFrameAggregator(MOST));
        server.config().setAllocator(new UnpooledByteBufAllocator(false)); // no leak of ours
        var events = new ArrayList<String>();
        try {
            server.writeInbound(Unpooled.copiedBuffer(conversation));
            read(server, events);
        } catch (CorruptedWebSocketFrameException broken) {
            read(server, events);
            events.add(closed(broken.closeStatus().code()));
        } finally {
            finish(server);
        }
        return sorted(events);
    }

    private static void read(EmbeddedChannel server, List<String> events) {
        for (Object message = server.readInbound(); message != null; ) {
            WebSocketFrame frame = (WebSocketFrame) message;
            String payload = ByteBufUtil.hexDump(frame.content());
            if (frame instanceof TextWebSocketFrame) {
                events.add("text " + payload);
            } else if (frame instanceof BinaryWebSocketFrame) {
                events.add("binary " + payload);
            } else if (frame instanceof PingWebSocketFrame) {
                events.add("pong " + payload);
            } else if (frame instanceof CloseWebSocketFrame close) {
                int code = close.statusCode();
                events.add(closed(code > 4999 ? 1002 : code)); // Netty takes any, RFC 6455 §7.4.2
            }
            ReferenceCountUtil.release(message);
            message = server.readInbound();
        }
    }

    private static void finish(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (CodecException again) {
            channel.releaseInbound(); // it tries what has failed once more
        }
    }

    private static String closed(int code) {
        return "close " + code;
    }

    /** Messages in their order, then pongs in theirs, then the end. */
    private static List<String> sorted(List<String> events) {
        var sorted = new ArrayList<String>();
        for (String kind : List.of("text binary", "pong", "close")) {
            for (String event : events) {
                if (kind.contains(event.substring(0, event.indexOf(' ')))) {
                    sorted.add(event);
                }
            }
        }
        return sorted;
    }

    private static final class Heard extends WebSocketConnection {

        private final List<String> events = new ArrayList<>();

        Heard(TestConnection connection, WebSockets sockets) {
            super(connection, sockets, PlainFraming.INSTANCE);
        }

        @Override
        void text(ByteBuf bytes) {
            events.add("text " + ByteBufUtil.hexDump(bytes));
        }

        @Override
        void binary(ByteBuf bytes) {
            events.add("binary " + ByteBufUtil.hexDump(bytes));
        }

        @Override
        void goAway(dev.orion.net.CloseReason reason) {}
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.protocol.Reading;
import dev.orion.protocol.http.HttpProtocol;
import dev.orion.testkit.TestServer;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that sends for ever and reads nothing, over real sockets. */
class FloodTest {

    private static final int TEXT_BYTES = 30_000;
    private static final int ANSWER_BYTES = TEXT_BYTES + "got ".length() + 4;
    private static final long TOO_MUCH = 256L * 1024 * 1024;
    private static final long PENDING_AT_MOST = 4L * 1024 * 1024;

    private final FakeClientProtocol protocol = new FakeClientProtocol();
    private final TestServer server =
            new TestServer(
                    "http",
                    new HttpProtocol(
                            List.of(
                                    Map.entry(
                                            Map.of("http.path", "/ws", "http.upgrade", "websocket"),
                                            new ClientWebSocket(
                                                    protocol,
                                                    new WebSockets.Settings(
                                                            65_536, 1 << 20, Compression.OFF))))));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void isReadNoMoreAndDisturbsNobodyAndGoesOnWhenItReads() throws Exception {
        try (SocketChannel flooder = open();
                SocketChannel other = open()) {
            flooder.configureBlocking(false);
            long sent = floodUntilHeldBack(flooder, other);

            assertThat(pendingBytes(flooded())).isLessThan(PENDING_AT_MOST);
            read(flooder, sent / frame(TEXT_BYTES).remaining() * ANSWER_BYTES);
        }
    }

    private SocketChannel open() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        // Little fits in between, so that the flood is short: leak detection makes it slow.
        SocketChannel peer = SocketChannel.open();
        peer.setOption(StandardSocketOptions.SO_RCVBUF, 16_384);
        peer.setOption(StandardSocketOptions.SO_SNDBUF, 16_384);
        peer.connect(address);
        String head =
                "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade"
                        + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n\r\n";
        peer.write(ByteBuffer.wrap(head.getBytes(US_ASCII)));
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThat(peer.read(one)).isOne();
            answer.append((char) one.get(0));
        }
        assertThat(answer).startsWith("HTTP/1.1 101 ");
        return peer;
    }

    /** A text message; its mask is zero, so that its bytes stay what they are. */
    private static ByteBuffer frame(int length) {
        ByteBuffer frame = ByteBuffer.allocate(length + 8);
        frame.put((byte) 0x81);
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        }
        frame.putInt(0).put("x".repeat(length).getBytes(US_ASCII));
        return frame.flip();
    }

    /** Sends until nothing goes any more while others are served; how much went. */
    private long floodUntilHeldBack(SocketChannel flooder, SocketChannel other) throws IOException {
        long sent = 0;
        ByteBuffer frame = frame(TEXT_BYTES);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        long before;
        do {
            before = sent;
            for (int went = flooder.write(frame); went > 0; went = flooder.write(frame)) {
                sent += went;
                if (!frame.hasRemaining()) {
                    frame.rewind();
                }
            }
            assertThat(sent).isLessThan(TOO_MUCH);
            assertThat(System.nanoTime()).isLessThan(deadline);
            talk(other);
        } while (sent > before || !Reading.isPaused(flooded()));
        return sent;
    }

    private static void talk(SocketChannel other) throws IOException {
        for (int i = 0; i < 100; i++) {
            other.write(frame(10));
            read(other, 10 + "got ".length() + 2);
        }
    }

    private static void read(SocketChannel peer, long expected) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        ByteBuffer into = ByteBuffer.allocate((int) Math.min(1 << 16, expected));
        for (long read = 0; read < expected; ) {
            into.clear().limit((int) Math.min(into.capacity(), expected - read));
            read += peer.read(into);
            assertThat(System.nanoTime()).as("read %d of %d", read, expected).isLessThan(deadline);
        }
    }

    private Channel flooded() {
        return server.connections().element().channel();
    }

    private static long pendingBytes(Channel channel) throws Exception {
        return channel.eventLoop()
                .submit(() -> channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                .get(20, TimeUnit.SECONDS);
    }
}

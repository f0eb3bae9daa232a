// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.protocol.Reading;
import dev.orion.testkit.TestServer;
import io.netty.channel.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that sends for ever and reads nothing, over real sockets. */
class FloodTest {

    private static final byte[] LINE =
            ("x".repeat(30_000) + "\n").getBytes(StandardCharsets.US_ASCII);
    private static final long TOO_MUCH = 256L * 1024 * 1024;
    private static final long PENDING_AT_MOST = 4L * 1024 * 1024;

    private final Echo echo = new Echo();
    private final TestServer server =
            new TestServer(
                    "tcp",
                    Unrouted.protocol(
                            echo, new TcpProtocol.Settings(65_536, Duration.ofSeconds(1))));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void isReadNoMoreAndDisturbsNobodyAndGoesOnWhenItReads() throws Exception {
        try (SocketChannel flooder = flooder();
                Socket other = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            long sent = floodUntilHeldBack(flooder, other);

            assertThat(pendingBytes(flooded(flooder))).isLessThan(PENDING_AT_MOST);
            readAll(flooder, sent);
        }
    }

    private SocketChannel flooder() throws IOException {
        SocketChannel flooder = SocketChannel.open();
        // Else the system takes many megabytes before anybody is held back.
        flooder.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 16);
        flooder.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 16);
        flooder.connect(address());
        flooder.configureBlocking(false);
        return flooder;
    }

    /** Sends until nothing goes any more while others are served; how much went. */
    private long floodUntilHeldBack(SocketChannel flooder, Socket other) throws IOException {
        long sent = 0;
        var line = ByteBuffer.wrap(LINE);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        long before;
        do {
            before = sent;
            for (int went = flooder.write(line); went > 0; went = flooder.write(line)) {
                sent += went;
                if (!line.hasRemaining()) {
                    line.rewind();
                }
            }
            assertThat(sent).isLessThan(TOO_MUCH);
            assertThat(System.nanoTime()).isLessThan(deadline);
            talk(other);
        } while (sent > before || !Reading.isPaused(flooded(flooder)));
        return sent;
    }

    private void talk(Socket other) throws IOException {
        other.setSoTimeout(20_000);
        var in =
                new BufferedReader(
                        new InputStreamReader(other.getInputStream(), StandardCharsets.US_ASCII));
        for (int i = 0; i < 100; i++) {
            other.getOutputStream().write((i + "\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(in.readLine()).isEqualTo(Integer.toString(i));
        }
    }

    /** Everything that was sent as whole lines comes back once it is read. */
    private static void readAll(SocketChannel flooder, long sent) throws IOException {
        long expected = sent / LINE.length * LINE.length;
        var into = ByteBuffer.allocate(1 << 20);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (long read = 0; read < expected; ) {
            read += flooder.read(into.clear());
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    /** The server's end; connections are not always accepted in the order in which they came. */
    private Channel flooded(SocketChannel flooder) throws IOException {
        SocketAddress peer = flooder.getLocalAddress();
        return server.connections().stream()
                .map(connection -> connection.channel())
                .filter(channel -> peer.equals(channel.remoteAddress()))
                .findFirst()
                .orElseThrow();
    }

    private static long pendingBytes(Channel channel) throws Exception {
        return channel.eventLoop()
                .submit(() -> channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                .get(20, TimeUnit.SECONDS);
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets. */
class TcpProtocolTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Echo echo = new Echo();
    private final CompletableFuture<FakeConnection> accepted = new CompletableFuture<>();
    private Channel listener;

    @BeforeEach
    void listen() throws Exception {
        var protocol =
                Unrouted.protocol(echo, new TcpProtocol.Settings(65_536, Duration.ofMillis(300)));
        var initializer =
                new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        var connection = new FakeConnection(channel);
                        protocol.serve(connection);
                        accepted.complete(connection);
                    }
                };
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(initializer)
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .sync()
                        .channel();
    }

    @AfterEach
    void stop() throws Exception {
        listener.close().sync();
        loops.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).sync();
    }

    @Test
    void answersWhatWasAskedBeforeThePeerClosedItsOutput() throws Exception {
        try (Socket nc = connect()) {
            nc.getOutputStream().write(ascii("{\"id\":1}\n{\"id\":2}"));
            nc.shutdownOutput();

            assertThat(readAll(nc)).isEqualTo("{\"id\":1}\n{\"id\":2}\n");
        }
        assertThat(echo.closed).succeedsWithin(SOON);
    }

    @Test
    void saysWhyItEndsAlsoToAPeerThatIsStillSending() throws Exception {
        try (Socket nc = connect()) {
            nc.getOutputStream().write(new byte[200_000]);

            assertThat(readAll(nc)).isEqualTo("bye 3501\n");
        }
        assertThat(accepted.get().closed()).succeedsWithin(SOON);
    }

    @Test
    void leavesAPeerThatDoesNotGoWhenItIsTold() throws Exception {
        try (Socket nc = connect()) {
            FakeConnection connection = accepted.get();
            connection
                    .channel()
                    .pipeline()
                    .fireUserEventTriggered(new GoAway(CloseReason.SHUTDOWN));

            assertThat(readAll(nc)).isEqualTo("bye 3001\n");
            assertThat(connection.closed()).succeedsWithin(SOON).isEqualTo(CloseReason.SHUTDOWN);
        }
    }

    private Socket connect() throws IOException {
        var address = (InetSocketAddress) listener.localAddress();
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

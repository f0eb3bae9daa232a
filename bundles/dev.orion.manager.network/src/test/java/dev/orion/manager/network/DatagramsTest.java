// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.net.ListenerInfo;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import dev.orion.protocol.Reading;
import dev.orion.testkit.LeakCheck;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class DatagramsTest {

    private Running running;
    private Listener listener;
    private final Echoes echoes = new Echoes();

    @AfterEach
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void givesSocketsToTheProtocol(Transport transport) throws Exception {
        int port = open(transport);
        int sockets = transport == Transport.NIO ? 1 : 2;
        Running.await(() -> echoes.served.size() == sockets);

        for (int i = 0; i < 20; i++) { // peers, which the system spreads over the sockets
            try (var peer = new UdpPeer(port)) {
                assertThat(peer.ask("n" + i)).isEqualTo("one n" + i);
            }
        }

        assertThat(running.info("udp").state()).isEqualTo(ListenerInfo.State.SERVING);
        assertThat(running.manager.connections()).isEmpty();
        assertThat(echoes.served).allMatch(Connection::isDatagram);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void cutsNoDatagram(Transport transport) throws Exception {
        int port = open(transport);
        String longest = "x".repeat(65_507 - "one ".length());

        try (var peer = new UdpPeer(port)) {
            assertThat(peer.ask(longest)).isEqualTo("one " + longest);
            for (int i = 0; i < 50; i++) {
                peer.send(i + "y".repeat(i * 100));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(peer.receive()).isEqualTo("one " + i + "y".repeat(i * 100));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void keepsSocketsWhileProtocolsComeAndGo(Transport transport) throws Exception {
        int port = open(transport);
        try (var peer = new UdpPeer(port)) {
            assertThat(peer.ask("a")).isEqualTo("one a");

            echoes.name = "";
            echoes.leave();
            Running.await(
                    () -> echoes.served.stream().allMatch(one -> Reading.isPaused(one.channel())));
            assertThat(running.info("udp").state()).isEqualTo(ListenerInfo.State.WAITING);
            peer.send("b"); // waits in the system's buffer
            echoes.name = "two";
            running.manager.sockets().wake();

            assertThat(peer.receive()).isEqualTo("two b");
            assertThat(peer.ask("c")).isEqualTo("two c");
        }
    }

    @Test
    void countsLimitsThatHeldAgainstItsPeers() {
        open(Transport.NIO);
        Running.await(() -> echoes.served.size() == 1);

        echoes.served.element().defended("its-limit");

        assertThat(running.info("udp").defences()).containsExactly(Map.entry("its-limit", 1L));
    }

    @Test
    void bindsBesideAConnectionListenerOnTheSamePort() throws Exception {
        int port = open(Transport.choose("auto"));

        running.open("tcp", "tcp://127.0.0.1:" + port);

        assertThat(running.info("tcp").state()).isNotEqualTo(ListenerInfo.State.FAILED);
    }

    @Test
    void freesThePortWithTheListener() throws Exception {
        int port = open(Transport.choose("auto"));

        running.manager.sockets().close(listener).join();

        new DatagramSocket(port, InetAddress.getLoopbackAddress()).close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void opensSocketsTowardsOthers(Transport transport) throws Exception {
        int port = open(transport);
        var received = new LinkedBlockingQueue<String>();

        Connection connection =
                running.manager
                        .connector()
                        .connect(
                                Endpoint.parse("udp://localhost:" + port),
                                running.manager.loop(),
                                opened -> opened.channel().pipeline().addLast(new Texts(received)))
                        .get(10, TimeUnit.SECONDS);
        connection.channel().eventLoop().execute(() -> Reading.resume(connection.channel()));
        connection.channel().writeAndFlush(Unpooled.copiedBuffer("hi", UTF_8));

        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("one hi");
        assertThat(running.manager.connections()).hasSize(1);
        connection.close(CloseReason.SHUTDOWN);
        Running.await(() -> running.manager.connections().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"}) // a ring has turns of its own
    void takesSeveralDatagramsInOneTurn(Transport transport) throws Exception {
        open(transport);
        var received = new LinkedBlockingQueue<String>();
        try (var server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Connection connection =
                    running.manager
                            .connector()
                            .connect(
                                    Endpoint.parse("udp://127.0.0.1:" + server.getLocalPort()),
                                    running.manager.loop(),
                                    opened ->
                                            opened.channel()
                                                    .pipeline()
                                                    .addLast(new Turns(received)))
                            .get(10, TimeUnit.SECONDS);
            for (int i = 0; i < 5; i++) { // they wait, since reading is paused
                server.send(
                        new java.net.DatagramPacket(
                                new byte[] {'a'}, 1, connection.channel().localAddress()));
            }

            connection.channel().eventLoop().execute(() -> Reading.resume(connection.channel()));

            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("aaaaa");
        }
    }

    private int open(Transport transport) {
        running = new Running(Running.settings(transport));
        running.manager.setProtocolManager(echoes);
        listener = running.open("udp", "udp://127.0.0.1:0");
        return running.port("udp");
    }

    /** A protocol of datagrams that answers with its name and what it was sent. */
    private static final class Echoes implements ProtocolManager {

        final Queue<Connection> served = new ConcurrentLinkedQueue<>();
        volatile String name = "one";

        @Override
        public boolean speaks(String scheme) {
            return !name.isEmpty() && scheme.equals("udp");
        }

        @Override
        public boolean serve(Connection connection) {
            served.add(connection);
            connection.channel().pipeline().addLast(new Echo(name));
            return true;
        }

        @Override
        public List<ProtocolInfo> protocols() {
            return List.of();
        }

        void leave() {
            served.forEach(
                    one ->
                            one.channel()
                                    .eventLoop()
                                    .execute(
                                            () ->
                                                    one.channel()
                                                            .pipeline()
                                                            .fireUserEventTriggered(
                                                                    new GoAway(
                                                                            CloseReason
                                                                                    .SHUTDOWN))));
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {

        private final String name;

        Echo(String name) {
            this.name = name;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var packet = (DatagramPacket) message;
            String text = name + " " + packet.content().toString(UTF_8);
            ctx.writeAndFlush(
                    new DatagramPacket(Unpooled.copiedBuffer(text, UTF_8), packet.sender()));
            packet.release();
        }
    }

    private static final class Texts extends ChannelInboundHandlerAdapter {

        private final BlockingQueue<String> received;

        Texts(BlockingQueue<String> received) {
            this.received = received;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var packet = (DatagramPacket) message;
            received.add(packet.content().toString(UTF_8));
            packet.release();
        }
    }

    /** One text of all that a turn has brought. */
    private static final class Turns extends ChannelInboundHandlerAdapter {

        private final BlockingQueue<String> received;
        private final StringBuilder turn = new StringBuilder();

        Turns(BlockingQueue<String> received) {
            this.received = received;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var packet = (DatagramPacket) message;
            turn.append(packet.content().toString(UTF_8));
            packet.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            received.add(turn.toString());
            turn.setLength(0);
        }
    }

    /** Sends and receives texts; what it waits for comes within ten seconds. */
    private static final class UdpPeer implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket();

        UdpPeer(int port) throws IOException {
            socket.setSoTimeout(10_000);
            socket.connect(InetAddress.getLoopbackAddress(), port);
        }

        void send(String text) throws IOException {
            byte[] bytes = text.getBytes(UTF_8);
            socket.send(new java.net.DatagramPacket(bytes, bytes.length));
        }

        String receive() throws IOException {
            var packet = new java.net.DatagramPacket(new byte[70_000], 70_000);
            socket.receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), UTF_8);
        }

        String ask(String text) throws IOException {
            send(text);
            return receive();
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}

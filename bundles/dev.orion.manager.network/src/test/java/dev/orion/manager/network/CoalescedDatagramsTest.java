// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import dev.orion.protocol.Reading;
import dev.orion.testkit.LeakCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a sender has had cut into datagrams by its system (UDP_SEGMENT) is received at once. */
@ExtendWith(LeakCheck.class)
class CoalescedDatagramsTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** That goes through the loopback device uncut: with its headers it has less than 64 KiB. */
    private static final int LONGEST_BYTES = 64 * 1023;

    private final Running running = new Running(Running.settings(Transport.choose("auto")));
    private final Received received = new Received();
    private MultiThreadIoEventLoopGroup senders;

    @BeforeEach
    void isThere() {
        assumeTrue(Transport.EPOLL.isAvailable(), "only epoll receives several as one");
        assumeTrue(Transport.EPOLL.coalesces(), "the system has no UDP_GRO (Linux 5.0)");
        assumeTrue(
                EpollDatagramChannel.isSegmentedDatagramPacketSupported(),
                "the system has no UDP_SEGMENT (Linux 4.18), so nothing is sent as one");
        senders = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        running.manager.setProtocolManager(received);
    }

    @AfterEach
    void stop() {
        running.close();
        if (senders == null) {
            return;
        }
        senders.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void listenersHaveTheDatagramsThatWereSentAsOne() throws Exception {
        Channel sender = sender();
        var listener = new InetSocketAddress(LOOPBACK, open());

        send(sender, listener, 1200, 40 * 1200 + 7);
        List<Datagram> all = received.take(41);

        assertThat(all).extracting(Datagram::bytes).startsWith(1200, 1200).endsWith(1200, 7);
        assertTheyAre(all, 1200, 40 * 1200 + 7);
        assertThat(received.sockets).allMatch(CoalescedDatagramsTest::coalesces);
        assertTheyCameAsOne(all, 1200);
    }

    @Test
    void nothingIsCutFromTheLongest() throws Exception {
        Channel sender = sender();
        var listener = new InetSocketAddress(LOOPBACK, open());

        for (int i = 0; i < 4; i++) {
            send(sender, listener, 1023, LONGEST_BYTES);
        }
        List<Datagram> all = received.take(4 * 64);

        for (int i = 0; i < 4; i++) {
            List<Datagram> one = all.subList(64 * i, 64 * i + 64);
            assertTheyAre(one, 1023, LONGEST_BYTES);
            assertTheyCameAsOne(one, 1023);
        }
    }

    @Test
    void oneAmongThemIsOne() throws Exception {
        Channel sender = sender();
        var listener = new InetSocketAddress(LOOPBACK, open());

        send(sender, listener, 100, 100);
        send(sender, listener, 300, 1000);
        send(sender, listener, 65_000, 65_000);
        List<Datagram> all = received.take(6);

        assertThat(all)
                .extracting(Datagram::bytes)
                .containsExactly(100, 300, 300, 300, 100, 65_000);
    }

    @Test
    void connectionsToOthersHaveTheDatagramsThatWereSentAsOne() throws Exception {
        Channel server = sender();
        Connection connection = connect(server.localAddress());

        send(server, connection.channel().localAddress(), 1023, LONGEST_BYTES);
        List<Datagram> all = received.take(64);

        assertTheyAre(all, 1023, LONGEST_BYTES);
        assertThat(coalesces(connection)).isTrue();
        assertTheyCameAsOne(all, 1023);
    }

    @Test
    void whatIsWrittenInOneTurnIsSentAsOne() throws Exception {
        Connection connection = connect(new InetSocketAddress(LOOPBACK, open()));
        Channel channel = connection.channel();

        channel.eventLoop()
                .execute(
                        () -> {
                            write(channel, 100 * 300 + 7, 300);
                            channel.flush();
                        });
        List<Datagram> all = received.take(101);

        assertTheyAre(all, 300, 100 * 300 + 7);
        assertTheyCameAsOne(all.subList(0, 64), 300);
        assertTheyCameAsOne(all.subList(64, 101), 300);
    }

    @Test
    void answersOfOneTurnAreSentAsOne() throws Exception {
        int port = open();
        Connection connection = connect(new InetSocketAddress(LOOPBACK, port));
        var peer = (InetSocketAddress) connection.channel().localAddress();
        Channel socket = received.sockets.element().channel();

        socket.eventLoop()
                .execute(
                        () -> {
                            for (ByteBuf each : cut(socket, 20 * 200, 200)) {
                                socket.write(new DatagramPacket(each, peer), socket.voidPromise());
                            }
                            socket.flush();
                        });
        List<Datagram> all = received.take(20);

        assertTheyAre(all, 200, 20 * 200);
        assertTheyCameAsOne(all, 200);
    }

    @Test
    void connectionsToOthersHearThatNobodyIsThere() throws Exception {
        Channel server = sender();
        Connection connection = connect(server.localAddress());
        server.close().sync();

        connection.channel().writeAndFlush(connection.channel().alloc().buffer().writeByte(1));

        assertThat(received.failures.poll(10, TimeUnit.SECONDS))
                .isInstanceOf(PortUnreachableException.class);
    }

    private int open() {
        running.open("udp", "udp://127.0.0.1:0");
        int port = running.port("udp");
        Running.await(() -> received.sockets.size() == 2);
        return port;
    }

    private Connection connect(SocketAddress to) throws Exception {
        Connection connection =
                running.manager
                        .connector()
                        .connect(
                                new Endpoint(
                                        "udp", "127.0.0.1", ((InetSocketAddress) to).getPort()),
                                running.manager.loop(),
                                opened -> opened.channel().pipeline().addLast(received.reader()))
                        .get(10, TimeUnit.SECONDS);
        connection.channel().eventLoop().execute(() -> Reading.resume(connection.channel()));
        return connection;
    }

    private Channel sender() {
        return new Bootstrap()
                .group(senders)
                .channel(EpollDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(new InetSocketAddress(LOOPBACK, 0))
                .syncUninterruptibly()
                .channel();
    }

    /** So many bytes, of which the system makes datagrams of {@code size}; each byte its place. */
    private static void send(Channel from, SocketAddress to, int size, int total) throws Exception {
        ByteBuf content = from.alloc().directBuffer(total);
        for (int i = 0; i < total; i++) {
            content.writeByte(valueAt(i));
        }
        from.writeAndFlush(new SegmentedDatagramPacket(content, size, (InetSocketAddress) to))
                .sync();
    }

    private static void write(Channel channel, int total, int size) {
        for (ByteBuf each : cut(channel, total, size)) {
            channel.write(each, channel.voidPromise());
        }
    }

    private static List<ByteBuf> cut(Channel channel, int total, int size) {
        List<ByteBuf> all = new ArrayList<>();
        for (int place = 0; place < total; ) {
            ByteBuf one = channel.alloc().directBuffer(size);
            while (place < total && one.readableBytes() < size) {
                one.writeByte(valueAt(place++));
            }
            all.add(one);
        }
        return all;
    }

    private static int valueAt(int place) {
        return (byte) (place * 31 + (place >> 8));
    }

    private static boolean coalesces(Connection socket) {
        return socket.channel().config().getOption(EpollChannelOption.UDP_GRO);
    }

    private static void assertTheyAre(List<Datagram> all, int size, int total) {
        int place = 0;
        for (Datagram one : all) {
            assertThat(one.bytes()).isEqualTo(Math.min(size, total - place));
            for (int i = 0; i < one.bytes(); i++) {
                assertThat(one.content().get(i)).isEqualTo((byte) valueAt(place++));
            }
        }
        assertThat(place).isEqualTo(total);
    }

    /** One system call has put them side by side; else each would have a place of its own. */
    private static void assertTheyCameAsOne(List<Datagram> all, int size) {
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).address() - all.get(i - 1).address()).isEqualTo(size);
        }
    }

    /**
     * @param address where it was in memory
     */
    private record Datagram(ByteBuffer content, long address) {

        int bytes() {
            return content.limit();
        }
    }

    /** A protocol of datagrams that keeps what it is sent. */
    private static final class Received implements ProtocolManager {

        final Queue<Connection> sockets = new ConcurrentLinkedQueue<>();
        final BlockingQueue<Datagram> datagrams = new LinkedBlockingQueue<>();
        final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

        @Override
        public boolean speaks(String scheme) {
            return scheme.equals("udp");
        }

        @Override
        public boolean serve(Connection connection) {
            connection.channel().pipeline().addLast(reader());
            sockets.add(connection);
            return true;
        }

        @Override
        public List<ProtocolInfo> protocols() {
            return List.of();
        }

        List<Datagram> take(int count) throws InterruptedException {
            List<Datagram> all = new ArrayList<>();
            while (all.size() < count) {
                Datagram next = datagrams.poll(10, TimeUnit.SECONDS);
                assertThat(next).as("datagram %s of %s", all.size(), count).isNotNull();
                all.add(next);
            }
            return all;
        }

        ChannelInboundHandlerAdapter reader() {
            return new ChannelInboundHandlerAdapter() {

                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    var packet = (DatagramPacket) message;
                    ByteBuf content = packet.content();
                    byte[] bytes = new byte[content.readableBytes()];
                    content.getBytes(content.readerIndex(), bytes);
                    datagrams.add(
                            new Datagram(
                                    ByteBuffer.wrap(bytes),
                                    content.memoryAddress() + content.readerIndex()));
                    packet.release();
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    failures.add(cause);
                }
            };
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionEvent.Connected;
import dev.orion.net.ConnectionEvent.Data;
import dev.orion.net.ConnectionEvent.Direction;
import dev.orion.net.ConnectionEvent.Disconnected;
import dev.orion.net.ConnectionEvent.Failed;
import dev.orion.net.ConnectionEvent.Missed;
import dev.orion.net.ConnectionListener;
import dev.orion.net.Endpoint;
import dev.orion.net.ListensTo;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Reading;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionListenersTest {

    private final Running running = new Running();
    private final EchoManager echo = new EchoManager("tcp");
    private final Whiteboard whiteboard = new Whiteboard(running.manager);
    private final Queue<ConnectionEvent> told = new ConcurrentLinkedQueue<>();
    private int port;

    @BeforeEach
    void listen() {
        running.manager.setProtocolManager(echo);
        running.open("one", "tcp://127.0.0.1:0");
        port = running.port("one");
    }

    @AfterEach
    void end() {
        running.close();
    }

    @Test
    void areToldWhoComesAndGoes() throws IOException {
        whiteboard.addListener(told::add, Map.of());

        String remote;
        try (var peer = new Peer(port)) {
            peer.line();
            remote = "127.0.0.1:" + peer.port();
        }

        Running.await(() -> told.size() == 2);
        var came = (Connected) told.poll();
        var went = (Disconnected) told.poll();
        assertThat(came.connection().id()).matches("conn_[0-9a-f]{8}");
        assertThat(came.connection().listener()).isEqualTo("one");
        assertThat(came.connection().endpoint()).hasToString("tcp://127.0.0.1:" + port);
        assertThat(came.connection().remote()).isEqualTo(remote);
        assertThat(went.connection().id()).isEqualTo(came.connection().id());
        assertThat(went.connection().protocol()).isEqualTo("tcp");
        assertThat(went.connection().remote()).isEqualTo(remote);
        assertThat(went.reason()).isEqualTo(CloseReason.CONNECTION_CLOSED);
        assertThat(went.time()).isAfterOrEqualTo(came.time());
    }

    @Test
    void areToldWhyAConnectionEnded() throws IOException {
        whiteboard.addListener(told::add, Map.of());

        try (var peer = new Peer(port)) {
            peer.line();
            String id = running.manager.connections().get(0).id();
            running.manager.close(id, CloseReason.FORCE_DISCONNECT);
            Running.await(() -> told.size() == 2);
        }

        told.poll();
        assertThat(((Disconnected) told.poll()).reason()).isEqualTo(CloseReason.FORCE_DISCONNECT);
    }

    @Test
    void areToldWhatGoesWrong() throws IOException {
        whiteboard.addListener(told::add, Map.of());

        try (var peer = new Peer(port)) {
            peer.line();
            echo.served.element().failed(new IOException("x".repeat(500)));
            Running.await(() -> told.size() == 2);
            assertThat(peer.ask("still there")).isEqualTo("still there");
        }

        told.poll();
        assertThat(((Failed) told.poll()).what())
                .startsWith("java.io.IOException: xx")
                .hasSize(200);
    }

    @Test
    void areNotToldOfBytesUnlessTheyAsk() throws IOException {
        whiteboard.addListener(told::add, Map.of());

        try (var peer = new Peer(port)) {
            peer.line();
            peer.ask("hello");
            assertThat(counts(echo.served.element())).isFalse();
        }

        Running.await(() -> told.size() == 2);
        assertThat(told).noneMatch(Data.class::isInstance);
    }

    @Test
    void areToldOfBytesWhereTheyAskAlsoOfConnectionsThatWereThere() throws IOException {
        try (var early = new Peer(port)) {
            early.line();

            whiteboard.addListener(told::add, Map.of(ListensTo.PROPERTY, ListensTo.DATA));
            Running.await(() -> counts(echo.served.element()));
            try (var late = new Peer(port)) {
                late.line();
                late.ask("hello");
                early.ask("hello, you");
                Running.await(() -> bytes(Direction.OUT) == 4 + 6 + 11);
                Running.await(() -> bytes(Direction.IN) == 6 + 11);
            }
        }
    }

    @Test
    void leaveNoTraceInThePipelineWhenNobodyAsksForBytesAnyMore() throws IOException {
        ConnectionListener listener = told::add;
        whiteboard.addListener(listener, Map.of(ListensTo.PROPERTY, new String[] {"data"}));
        try (var peer = new Peer(port)) {
            peer.line();
            Connection connection = echo.served.element();
            assertThat(counts(connection)).isTrue();

            whiteboard.removeListener(listener);
            peer.ask("hello");
            peer.ask("hello");

            Running.await(() -> !counts(connection));
        }
    }

    @Test
    void areCalledOneAtATimeAndOnNoEventLoop() throws IOException {
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        var inside = new Semaphore(1);
        whiteboard.addListener(
                event -> {
                    threads.add(Thread.currentThread().getName());
                    assertThat(inside.tryAcquire()).isTrue();
                    inside.release();
                    told.add(event);
                },
                Map.of());

        for (int i = 0; i < 50; i++) {
            try (var peer = new Peer(port)) {
                peer.line();
            }
        }

        Running.await(() -> told.size() == 100);
        assertThat(threads).allMatch(name -> name.startsWith("orion-events-"));
    }

    @Test
    void missEventsWhenTheyAreSlowAreToldHowManyAndHurtNobody() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Queue<ConnectionEvent> slow = new ConcurrentLinkedQueue<>();
        whiteboard.addListener(
                event -> {
                    slow.add(event);
                    begun.countDown();
                    awaitQuietly(goOn);
                },
                Map.of());
        whiteboard.addListener(told::add, Map.of());

        try (var peer = new Peer(port)) {
            peer.line();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            Connection connection = echo.served.element();
            for (int i = 0; i < Mailbox.SIZE + 500; i++) {
                int all = i + 2;
                connection.failed(new IOException("number " + i));
                Running.await(() -> told.size() == all); // the other one misses nothing
            }
            assertThat(peer.ask("still there")).isEqualTo("still there");
            goOn.countDown();
            Running.await(() -> slow.size() == 1 + Mailbox.SIZE + 1);
            connection.failed(new IOException("after"));
            Running.await(() -> slow.size() == 1 + Mailbox.SIZE + 2);
        }

        List<ConnectionEvent> heard = List.copyOf(slow);
        assertThat(((Failed) heard.get(Mailbox.SIZE)).what()).endsWith("number 1023");
        assertThat(((Missed) heard.get(Mailbox.SIZE + 1)).events()).isEqualTo(500);
        assertThat(((Failed) heard.get(Mailbox.SIZE + 2)).what()).endsWith("after");
        assertThat(told).noneMatch(Missed.class::isInstance);
    }

    @Test
    void doNotMissWhoComesForBytes() {
        var goOn = new CountDownLatch(1);
        var events = new ConnectionEvents();
        Queue<ConnectionEvent> heard = new ConcurrentLinkedQueue<>();
        events.add(
                event -> {
                    awaitQuietly(goOn);
                    heard.add(event);
                },
                true);
        try (var peer = new Peer(port)) {
            peer.line();
            var connection = (TrackedConnection) echo.served.element();
            for (int i = 0; i < 2 * Mailbox.SIZE; i++) {
                events.data(connection.info(), Direction.IN, 1);
            }
            events.disconnected(connection, CloseReason.SLOW);
            goOn.countDown();

            Running.await(() -> heard.stream().anyMatch(Disconnected.class::isInstance));
            assertThat(heard).anyMatch(Missed.class::isInstance);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        } finally {
            events.close();
        }
    }

    @Test
    void thatThrowAreLoggedOnceForABurstAndHurtNobody() throws IOException {
        try (var records = new Records()) {
            whiteboard.addListener(
                    event -> {
                        throw new IllegalStateException("broken");
                    },
                    Map.of());
            Queue<ConnectionEvent> failing = new ConcurrentLinkedQueue<>();
            whiteboard.addListener(
                    event -> {
                        failing.add(event);
                        throw new AssertionError("broken too");
                    },
                    Map.of());
            whiteboard.addListener(told::add, Map.of());

            for (int i = 0; i < 20; i++) {
                try (var peer = new Peer(port)) {
                    peer.line();
                }
            }

            Running.await(() -> told.size() == 40 && failing.size() == 40);
            Running.await(() -> records.of("Connection listener failed").size() == 2);
        }
    }

    @Test
    void areNeverCalledAgainWhenTheyHaveLeft() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Queue<ConnectionEvent> heard = new ConcurrentLinkedQueue<>();
        ConnectionListener leaving =
                event -> {
                    heard.add(event);
                    begun.countDown();
                    awaitQuietly(goOn);
                };
        whiteboard.addListener(leaving, Map.of());
        whiteboard.addListener(told::add, Map.of());
        try (var peer = new Peer(port)) {
            peer.line();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            echo.served.element().failed(new IOException("waits for the listener"));

            whiteboard.removeListener(leaving);
            goOn.countDown();
            echo.served.element().failed(new IOException("comes after it"));
        }

        Running.await(() -> told.size() == 4);
        assertThat(heard).hasSize(1);
    }

    @Test
    void areToldOfTheBytesOfDatagrams() throws Exception {
        whiteboard.addListener(told::add, Map.of(ListensTo.PROPERTY, ListensTo.DATA));
        try (var server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Connection connection =
                    running.manager
                            .connector()
                            .connect(
                                    Endpoint.parse("udp://127.0.0.1:" + server.getLocalPort()),
                                    running.manager.loop(),
                                    opened -> {})
                            .get(10, TimeUnit.SECONDS);
            var channel = connection.channel();
            channel.eventLoop().execute(() -> Reading.resume(channel));

            channel.writeAndFlush(Unpooled.copiedBuffer("hello", UTF_8));
            server.send(new DatagramPacket(new byte[7], 7, channel.localAddress()));

            Running.await(() -> bytes(Direction.OUT) == 5);
            Running.await(() -> bytes(Direction.IN) == 7);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "connections"})
    @NullSource
    void askForBytesByTheirPropertyOnly(String property) {
        assertThat(Whiteboard.wantsData(property)).isFalse();
        assertThat(Whiteboard.wantsData(List.of("data"))).isTrue();
    }

    private long bytes(Direction direction) {
        return told.stream()
                .filter(Data.class::isInstance)
                .map(Data.class::cast)
                .filter(data -> data.direction() == direction)
                .mapToLong(Data::bytes)
                .sum();
    }

    private static boolean counts(Connection connection) {
        return connection.channel().pipeline().get(ByteCount.NAME) != null;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.Endpoint;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live connections, of all listeners and those that were opened from here.
 *
 * <p><b>Threads:</b> any.
 */
final class Connections {

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");

    private static final Pattern ID = Pattern.compile("conn_[0-9a-f]{8}");
    private static final int SCATTER = 0x9E3779B1; // odd, so that no number comes twice in a round

    private final ConnectionEvents events;
    private final Map<Integer, LiveConnection> live = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<Void>> waitForEmpty = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sequence = new AtomicInteger(ThreadLocalRandom.current().nextInt());

    Connections(ConnectionEvents events) {
        this.events = events;
    }

    /** Begins to track a connection that has just been accepted. */
    TrackedConnection open(Listener listener, Channel channel) {
        return track(number -> new TrackedConnection(number, listener, channel, events));
    }

    /** Begins to track a connection that has just been opened. */
    OutboundConnection open(Endpoint endpoint, Channel channel) {
        return track(number -> new OutboundConnection(number, endpoint, channel, events, this));
    }

    /** A socket of a listener, which is no connection of anybody's and is not tracked. */
    DatagramSocketConnection socket(Listener listener, Channel channel) {
        int number = sequence.getAndIncrement() * SCATTER;
        return new DatagramSocketConnection(number, listener, channel, events);
    }

    private <T extends LiveConnection> T track(IntFunction<T> numbered) {
        T connection;
        do {
            connection = numbered.apply(sequence.getAndIncrement() * SCATTER);
        } while (live.putIfAbsent(connection.number(), connection) != null);
        if (log.isInfoEnabled()) {
            recordBeginning(connection);
        }
        events.connected(connection);
        ByteCount.install(connection, events);
        return connection;
    }

    /** Forgets a connection that is closed. */
    void closed(LiveConnection connection) {
        live.remove(connection.number());
        if (log.isInfoEnabled()) {
            recordEnd(connection);
        }
        events.disconnected(connection, connection.reason());
        completeWhenEmpty();
    }

    List<ConnectionInfo> infos() {
        return live.values().stream()
                .sorted(Comparator.comparingLong(LiveConnection::openedNanos))
                .map(LiveConnection::info)
                .toList();
    }

    Optional<LiveConnection> find(String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        return Optional.ofNullable(live.get(HexFormat.fromHexDigits(id.substring(5))));
    }

    /** Begins to count the bytes of every connection that is open. */
    void countBytes() {
        live.values()
                .forEach(
                        connection ->
                                onLoop(connection, () -> ByteCount.install(connection, events)));
    }

    /** Asks every connection to go, each on its event loop. */
    void goAway(CloseReason reason) {
        live.values().forEach(connection -> onLoop(connection, () -> connection.goAway(reason)));
    }

    /** Closes every connection. */
    void close(CloseReason reason) {
        live.values().forEach(connection -> connection.close(reason));
    }

    /** Completes as soon as there is no connection. */
    CompletableFuture<Void> empty() {
        var empty = new CompletableFuture<Void>();
        waitForEmpty.add(empty);
        completeWhenEmpty();
        return empty;
    }

    static void onLoop(LiveConnection connection, Runnable task) {
        try {
            connection.channel().eventLoop().execute(task);
        } catch (RejectedExecutionException loopHasEnded) {
            connection.channel().close();
        }
    }

    private void completeWhenEmpty() {
        if (!live.isEmpty()) {
            return;
        }
        CompletableFuture<Void> next = waitForEmpty.poll();
        while (next != null) {
            next.complete(null);
            next = waitForEmpty.poll();
        }
    }

    private static void recordBeginning(LiveConnection connection) {
        var record =
                log.atInfo()
                        .addKeyValue("connection_id", connection.id())
                        .addKeyValue("endpoint", connection.endpoint().authority())
                        .addKeyValue("protocol", connection.endpoint().scheme())
                        .addKeyValue("remote", connection.remote());
        if (connection.listener().isEmpty()) {
            record = record.addKeyValue("direction", "out");
        }
        record.log("Network connection created");
    }

    private static void recordEnd(LiveConnection connection) {
        CloseReason reason = connection.reason();
        log.atInfo()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("endpoint", connection.endpoint().authority())
                .addKeyValue("protocol", spoken(connection))
                .addKeyValue("remote", connection.remote())
                .addKeyValue("code", reason.code())
                .addKeyValue("reason", reason.text())
                .addKeyValue("duration", seconds(connection.age()))
                .log("Network connection closed");
    }

    private static String spoken(LiveConnection connection) {
        String protocol = connection.protocol();
        return protocol.isEmpty() ? connection.endpoint().scheme() : protocol;
    }

    private static String seconds(Duration age) {
        long millis = age.toMillis();
        String fraction = Long.toString(1000 + millis % 1000).substring(1);
        return millis / 1000 + "." + fraction + "s";
    }
}

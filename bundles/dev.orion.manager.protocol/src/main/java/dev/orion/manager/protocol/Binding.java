// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.ProtocolInfo;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One protocol plug-in and the connections that it serves.
 *
 * <p><b>Threads:</b> {@link #serve} is called on the connection's event loop, the rest on any.
 *
 * <p><b>Ends:</b> after {@link #leave} the plug-in is given nothing more.
 */
final class Binding {

    private static final Logger log = LoggerFactory.getLogger("agent.protocol_manager");

    private final String name;
    private final Protocol protocol;
    private final Source source;

    private final Set<Served> served = ConcurrentHashMap.newKeySet();
    private final LongAdder failures = new LongAdder();
    private volatile Runnable whenLeft = () -> {};
    private volatile boolean gone;

    Binding(String name, Protocol protocol, Source source) {
        this.name = requireNonNull(name, "name");
        this.protocol = requireNonNull(protocol, "protocol");
        this.source = requireNonNull(source, "source");
    }

    String name() {
        return name;
    }

    Protocol protocol() {
        return protocol;
    }

    Source source() {
        return source;
    }

    /**
     * Gives a connection to the plug-in.
     *
     * @return false when the plug-in has left; the connection is untouched then
     */
    boolean serve(Connection connection) {
        // First into the set, then the look at the flag, which leave() sets before it reads the
        // set: so either this sees that the plug-in has left, or leave() sees the connection.
        var entry = new Served(this, connection);
        served.add(entry);
        if (gone) {
            forget(entry);
            return false;
        }
        connection.channel().closeFuture().addListener(entry);
        try {
            protocol.serve(connection);
        } catch (RuntimeException | LinkageError | AssertionError broken) {
            connection.failed(broken);
            failed(connection, broken);
        }
        return true;
    }

    /**
     * Takes the plug-in out of service.
     *
     * @param last called when it serves nobody any more, at least once
     * @return those that it still serves, all of whom are to be told; who has been handed over to
     *     another plug-in stays
     */
    List<Served> leave(Runnable last) {
        served.removeIf(Served::isHandedOver);
        whenLeft = last;
        gone = true;
        List<Served> leaving = List.copyOf(served);
        leaving.stream().filter(Served::stays).forEach(this::release);
        if (served.isEmpty()) {
            last.run();
        }
        return leaving;
    }

    /** Keeps nothing of the plug-in at what outlives it. */
    private void release(Served staying) {
        staying.connection().channel().closeFuture().removeListener(staying);
        served.remove(staying);
    }

    void forget(Served closed) {
        served.remove(closed);
        if (gone && served.isEmpty()) {
            whenLeft.run();
        }
    }

    ProtocolInfo info(boolean current) {
        return new ProtocolInfo(
                name,
                source.bundle(),
                source.version().toString(),
                source.bundleId(),
                current,
                (int) served.stream().filter(each -> !each.isHandedOver()).count(),
                failures.sum());
    }

    private void failed(Connection connection, Throwable broken) {
        failures.increment();
        log.atWarn()
                .addKeyValue("protocol", name)
                .addKeyValue("bundle", source.bundle())
                .addKeyValue("version", source.version())
                .addKeyValue("connection_id", connection.id())
                .setCause(broken)
                .log("Protocol failed");
        connection.close(CloseReason.INTERNAL_ERROR);
    }
}

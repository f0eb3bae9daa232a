// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Wheel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the calls of one event loop have in common: deadlines, and connections to back ends.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class LoopShare {

    static final String SHUTDOWN = "shutdown";

    private static final Duration TICK = Duration.ofMillis(10);

    final EventLoop loop;
    final Wheel deadlines;
    private final Map<Endpoint, BackEnd> backEnds = new HashMap<>();
    private boolean closed;

    LoopShare(EventLoop loop) {
        this.loop = loop;
        this.deadlines = new Wheel(loop, TICK, () -> {});
    }

    BackEnd backEnd(Endpoint endpoint, Function<Endpoint, BackEnd> maker) {
        return backEnds.computeIfAbsent(endpoint, maker);
    }

    void forget(BackEnd unused) {
        backEnds.remove(unused.endpoint(), unused);
    }

    /** Whether the plug-in has gone: calls go to no back end any more. */
    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        List.copyOf(backEnds.values()).forEach(BackEnd::close);
        deadlines.dismiss();
    }
}

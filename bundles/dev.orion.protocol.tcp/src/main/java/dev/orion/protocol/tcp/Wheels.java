// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.protocol.Wheel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The wheel of each event loop that has something to wait for.
 *
 * <p><b>Threads:</b> the event loop that is asked for.
 */
final class Wheels {

    private final Duration tick;
    private final Map<EventLoop, Wheel> wheels = new ConcurrentHashMap<>();

    Wheels(Duration tick) {
        this.tick = tick;
    }

    Wheel of(EventLoop loop) {
        return wheels.computeIfAbsent(
                loop, any -> new Wheel(loop, tick, () -> wheels.remove(loop)));
    }
}

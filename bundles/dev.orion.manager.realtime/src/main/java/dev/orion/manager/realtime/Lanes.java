// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentHashMap;

/** The lanes of the event loops that have clients. */
final class Lanes {

    private final ConcurrentHashMap<EventLoop, Lane> lanes = new ConcurrentHashMap<>();

    /** The lane of the running event loop, for one more session. */
    Lane acquire(EventLoop loop) {
        assert loop.inEventLoop();
        Lane lane =
                lanes.compute(
                        loop,
                        (key, present) -> {
                            Lane used = present != null ? present : new Lane(key);
                            used.sessions++;
                            return used;
                        });
        lane.makeCurrent();
        return lane;
    }

    /** Gives back what {@link #acquire} gave; a lane without sessions is forgotten. */
    void release(EventLoop loop) {
        lanes.computeIfPresent(
                loop,
                (key, lane) -> {
                    if (--lane.sessions > 0) {
                        return lane;
                    }
                    lane.makePast();
                    return null;
                });
    }
}

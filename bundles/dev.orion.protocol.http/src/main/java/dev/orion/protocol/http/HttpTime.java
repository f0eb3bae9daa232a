// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.channel.EventLoop;
import io.netty.util.AsciiString;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The clock of a component's connections: the date that answers have, and their deadlines. */
final class HttpTime {

    private final HttpDate date = new HttpDate(Clock.systemUTC());
    private final Map<EventLoop, Deadlines> deadlines = new ConcurrentHashMap<>();

    AsciiString date() {
        return date.now();
    }

    Deadlines deadlines(EventLoop loop) {
        return deadlines.computeIfAbsent(loop, Deadlines::new);
    }
}

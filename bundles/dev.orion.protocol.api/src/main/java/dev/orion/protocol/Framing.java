// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import io.netty.buffer.ByteBuf;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How a transport marks where one piece of data ends: a line break, a WebSocket frame header, an
 * HTTP chunk.
 *
 * <p>One instance serves all connections of its kind: deliveries are framed once for all
 * connections that share the instance, so it has no state.
 *
 * <p><b>Threads:</b> many event loops at once.
 */
@ConsumerType
public interface Framing {

    /**
     * Appends {@code payload}, framed, to {@code out}.
     *
     * <p><b>Buffer:</b> borrows both.
     */
    void frame(ByteBuf payload, ByteBuf out);

    /** This framing inside another one: what this one makes is what {@code outer} frames. */
    default Framing inside(Framing outer) {
        return new NestedFraming(this, outer);
    }
}

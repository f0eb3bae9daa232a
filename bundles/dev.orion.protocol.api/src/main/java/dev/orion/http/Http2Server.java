// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import dev.orion.protocol.Connection;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Speaks HTTP/2 for protocols that are built on it.
 *
 * <p>A plug-in that is given a connection hands it over, and is given the requests: all of them,
 * whatever their paths. Limits, time-outs, floods and the words of a good-bye are seen to here.
 */
@ProviderType
public interface Http2Server {

    /**
     * Serves a new connection, whose peer knows that HTTP/2 is spoken here (RFC 9113 §3.3).
     *
     * <p><b>Threads:</b> the connection's event loop.
     */
    void serve(Connection connection, Http2Options options, HttpService service);

    /**
     * Serves a new connection as {@link #serve} does, for whoever deals in frames: each stream is a
     * connection of its own, whose channel reads and writes Netty's {@code Http2StreamFrame}s and
     * takes bytes for the content of DATA.
     *
     * <p>A stream that nobody reads holds its own window and not that of others. No stream has a
     * time limit: it may stand still for as long as both sides like. A {@link
     * dev.orion.protocol.GoAway} goes through the pipeline of every stream. The end of a turn
     * flushes what was read in it; what is written elsewhere the writer flushes.
     *
     * <p><b>Threads:</b> the connection's event loop.
     *
     * @param install appends handlers to the pipeline of a new stream, before they see its first
     *     frame
     */
    void serveStreams(Connection connection, Http2Options options, Consumer<Connection> install);

    /**
     * How many connections it serves. A version that has been replaced is kept until there are
     * none, or its time is over.
     *
     * <p><b>Threads:</b> any; also after the service is unregistered.
     */
    int connections();
}

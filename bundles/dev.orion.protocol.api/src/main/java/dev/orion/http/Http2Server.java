// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import dev.orion.protocol.Connection;
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
}

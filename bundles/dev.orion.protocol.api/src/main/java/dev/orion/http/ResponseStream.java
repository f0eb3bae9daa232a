// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The body of an answer that is written over time.
 *
 * <p><b>Threads:</b> every method is called on the connection's event loop.
 */
@ProviderType
public interface ResponseStream {

    /** Takes bytes that {@link #framing} has made. */
    Channel channel();

    /** How a piece of the body is framed on this connection; a shared instance. */
    Framing framing();

    /**
     * Writes a piece, without flushing.
     *
     * <p><b>Buffer:</b> takes ownership of {@code piece}.
     */
    void write(ByteBuf piece);

    /** Sends what was written. */
    void flush();

    /** Ends the body. The connection goes on with its next exchange. */
    void end();

    /**
     * Ends the body with fields behind it (RFC 9110 §6.5). A peer that cannot take them is not sent
     * any: HTTP/1.0, and HTTP/1.1 without {@code TE: trailers}.
     */
    void end(HttpHeaders trailers);

    /** Calls {@code action} when the peer is gone, or the server asks the stream to end. */
    void whenClosed(Runnable action);
}

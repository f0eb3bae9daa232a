// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import io.netty.handler.codec.http2.Http2DataFrame;

/**
 * A call as its stream sees it.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
interface StreamCall {

    /** A piece of the request. <b>Buffer:</b> takes ownership. */
    void data(Http2DataFrame frame);

    /** Fields behind the request, which gRPC has no use for: it ends. */
    void endOfRequest();

    /** The peer has taken the call back. */
    void reset(long code);

    /** The stream can take more, or has enough. */
    void writabilityChanged();

    /** Reading goes on. */
    default void resumed() {}

    /** The connection says good-bye. */
    default void goAway() {}

    /** The stream is gone; nothing can be said any more. */
    void gone();
}

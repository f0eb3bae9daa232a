// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.protocol.CarriedConnection;
import dev.orion.protocol.Connection;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;

/**
 * The stream of a request, for whoever takes it for a connection.
 *
 * <p>What is said of the peer goes to the connection itself; what is closed is the stream.
 */
final class RequestConnection extends CarriedConnection {

    private final RequestStream stream;
    private volatile String protocol;

    RequestConnection(Connection carrier, RequestStream stream) {
        super(carrier);
        this.stream = stream;
        this.protocol = carrier.protocol();
    }

    /** Made when it is asked for first, on the event loop. */
    @Override
    public Channel channel() {
        return stream.channel();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public void protocol(String name) {
        protocol = requireNonNull(name, "name");
    }

    /** END_STREAM. */
    @Override
    public boolean endOutput() {
        stream.writeEnd();
        return true;
    }

    /** RST_STREAM, unless both sides have ended it. */
    @Override
    public void close(CloseReason reason) {
        Http2Error error =
                reason.equals(CloseReason.INTERNAL_ERROR)
                        ? Http2Error.INTERNAL_ERROR
                        : Http2Error.CANCEL;
        EventLoop loop = stream.carrier().channel().eventLoop();
        if (loop.inEventLoop()) {
            stream.reset(error);
        } else {
            loop.execute(() -> stream.reset(error));
        }
    }
}

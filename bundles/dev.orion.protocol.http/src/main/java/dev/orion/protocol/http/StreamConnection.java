// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.util.Objects.requireNonNull;

import dev.orion.net.CloseReason;
import dev.orion.protocol.CarriedConnection;
import dev.orion.protocol.Connection;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;

/**
 * One stream of an HTTP/2 connection, for whoever takes it for a connection.
 *
 * <p>What is said of the peer goes to the connection itself; what is closed is the stream.
 */
final class StreamConnection extends CarriedConnection {

    private final Channel stream;
    private volatile String protocol;

    StreamConnection(Connection carrier, Channel stream) {
        super(carrier);
        this.stream = stream;
        this.protocol = carrier.protocol();
    }

    @Override
    public Channel channel() {
        return stream;
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
        stream.writeAndFlush(new DefaultHttp2DataFrame(true), stream.voidPromise());
        return true;
    }

    /** RST_STREAM, unless both sides have ended it. */
    @Override
    public void close(CloseReason reason) {
        if (stream.isActive()) {
            Http2Error error =
                    reason.equals(CloseReason.INTERNAL_ERROR)
                            ? Http2Error.INTERNAL_ERROR
                            : Http2Error.CANCEL;
            stream.writeAndFlush(new DefaultHttp2ResetFrame(error));
        }
        stream.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** TLS of one connection; its failures look to the protocol like those of a socket. */
final class TlsHandler extends SslHandler {

    private static final int HANDSHAKE = 22; // RFC 8446 §5.1
    private static final long CLOSE_NOTIFY_MILLIS = 500;

    private final TrackedConnection connection;

    /**
     * @param tasks runs what the engine has to calculate, so that the event loop need not
     */
    TlsHandler(TrackedConnection connection, SSLEngine engine, Executor tasks) {
        super(engine, tasks);
        this.connection = connection;
        setHandshakeTimeoutMillis(0); // it has been running since the connection was accepted
        setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws SSLException {
        if (isRenegotiation(in)) {
            in.skipBytes(in.readableBytes());
            connection.defended(Defences.RENEGOTIATION);
            ctx.close();
            throw new SSLException("renegotiation");
        }
        super.decode(ctx, in, out);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        boolean ofTls =
                cause instanceof DecoderException && cause.getCause() instanceof SSLException;
        super.exceptionCaught(ctx, ofTls ? cause.getCause() : cause);
    }

    /**
     * The bytes begin with a record here. In TLS 1.3 nothing of a handshake is in the clear once it
     * is done, in 1.2 there is nothing but a new one.
     */
    private boolean isRenegotiation(ByteBuf in) {
        return handshakeFuture().isSuccess()
                && in.isReadable()
                && in.getByte(in.readerIndex()) == HANDSHAKE;
    }
}

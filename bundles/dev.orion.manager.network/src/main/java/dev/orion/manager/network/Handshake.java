// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.CloseReason;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind TLS until the handshake is done and somebody serves the connection, for whom it
 * becomes active then; after that it is gone.
 *
 * <p>Where nobody speaks the protocol it keeps what has been decrypted already, which is less than
 * one read of the socket: a connection that waits is not read.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Handshake extends ChannelInboundHandlerAdapter {

    /** The peer did not come through the handshake. */
    static final CloseReason FAILED = new CloseReason(3101, "tls handshake failed");

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");
    private static final int MAX_HELLO_BYTES = 16 << 10;

    private final TrackedConnection connection;
    private final Reception reception;
    private final Duration timeout;
    private final Queue<Object> early = new ArrayDeque<>(0);

    private ScheduledFuture<?> deadline;
    private boolean ended; // well or not

    private Handshake(TrackedConnection connection, Reception reception, Duration timeout) {
        this.connection = connection;
        this.reception = reception;
        this.timeout = timeout;
    }

    /** Has a new connection received once its handshake is done. */
    static void install(
            TrackedConnection connection, Tls tls, Reception reception, Duration timeout) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        // Waits for the client's first words, asks for the context, and becomes the TlsHandler.
        pipeline.addLast("hello", new Hello(tls, connection));
        pipeline.addLast("handshake", new Handshake(connection, reception, timeout));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = ctx.executor().schedule(this::late, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel(false);
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    /** For the second time when somebody serves a connection that waited for it. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (ended) {
            giveOver(ctx);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        early.add(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // told when somebody has been given what was read
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                succeeded(ctx);
            } else {
                refused(completion.cause());
            }
        } else if (!(event instanceof SniCompletionEvent)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refused(cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failed("the peer has gone");
        ctx.fireChannelInactive();
    }

    private void succeeded(ChannelHandlerContext ctx) {
        if (ended) {
            return;
        }
        ended = true;
        deadline.cancel(false);
        String agreed = ctx.pipeline().get(TlsHandler.class).applicationProtocol();
        if (agreed != null) {
            connection.applicationProtocol(agreed);
        }
        if (reception.receive(connection)) {
            giveOver(ctx);
        }
    }

    /** To the handlers that stand behind this one now. */
    private void giveOver(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        if (!early.isEmpty()) {
            Object message;
            while ((message = early.poll()) != null) {
                ctx.fireChannelRead(message);
            }
            ctx.fireChannelReadComplete();
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void late() {
        if (!ended) {
            connection.defended(Defences.HANDSHAKE_TIMEOUT);
            failed("not done in time");
        }
    }

    /** For what the peer sent, or did not send. */
    private void refused(Throwable cause) {
        if (!ended) {
            connection.defended(Defences.TLS_FAILED);
            failed(reason(cause));
        }
    }

    private void failed(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        connection.origin().countRefused();
        log.atDebug()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("reason", reason)
                .log("TLS handshake failed");
        connection.close(FAILED);
    }

    /** In few words: what Netty says holds whatever the peer sent. */
    private static String reason(Throwable cause) {
        Throwable root =
                cause instanceof DecoderException && cause.getCause() != null
                        ? cause.getCause()
                        : cause;
        return root instanceof NotSslRecordException
                ? "not TLS"
                : String.valueOf(root.getMessage());
    }

    /** The place where a server's name will choose the context. */
    private static final class Hello extends SniHandler {

        private final Tls tls;
        private final TrackedConnection connection;

        Hello(Tls tls, TrackedConnection connection) {
            super(tls, MAX_HELLO_BYTES, 0);
            this.tls = tls;
            this.connection = connection;
        }

        /** Unless the peer has gone while the files were looked at. */
        @Override
        protected void replaceHandler(ChannelHandlerContext ctx, String name, SslContext context)
                throws Exception {
            if (!ctx.isRemoved()) {
                super.replaceHandler(ctx, name, context);
            }
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            return new TlsHandler(connection, context.newEngine(allocator), tls.handshakes());
        }
    }
}

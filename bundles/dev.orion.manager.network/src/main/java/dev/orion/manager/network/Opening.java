// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Reading;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Stands in the pipeline of a connection that is being opened until it can be used, and makes room
 * for those who asked for it; for them it becomes active then.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Opening extends ChannelInboundHandlerAdapter {

    /** It did not come to an agreement with the other side on how to speak TLS. */
    static final CloseReason TLS_FAILED = new CloseReason(3101, "tls handshake failed");

    private final Attempt attempt;
    private final Queue<Object> early = new ArrayDeque<>(0);
    private OutboundConnection connection;

    Opening(Attempt attempt) {
        this.attempt = attempt;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        attempt.connected();
        if (attempt.result().isDone()) {
            channel.close();
            return;
        }
        Reading.pause(channel);
        attempt.connector().prepare(channel);
        connection = attempt.connector().connections().open(attempt.endpoint(), channel);
        channel.closeFuture().addListener(connection);
        if (attempt.endpoint().isSecure()) {
            speakTls(ctx);
        } else {
            giveOver(ctx);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        early.add(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // told when there is somebody who has been given what was read
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent completion)) {
            ctx.fireUserEventTriggered(event);
        } else if (completion.isSuccess()) {
            agreed(ctx);
        } else {
            failed(completion.cause());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (connection != null) { // else it is the attempt at an address that failed
            attempt.failed("closed by the other side");
        }
        ctx.fireChannelInactive();
    }

    private void speakTls(ChannelHandlerContext ctx) {
        boolean http2 = isHttp2();
        OutboundTls tls = attempt.connector().tls();
        tls.context(http2)
                .whenComplete(
                        (context, failed) ->
                                ctx.executor()
                                        .execute(
                                                () -> {
                                                    if (failed == null) {
                                                        addTls(ctx, context);
                                                    } else {
                                                        failed(failed);
                                                    }
                                                }));
    }

    private void addTls(ChannelHandlerContext ctx, SslContext context) {
        if (ctx.isRemoved() || !ctx.channel().isActive()) {
            return;
        }
        DefaultConnector connector = attempt.connector();
        SslHandler handler =
                context.newHandler(
                        ctx.alloc(),
                        attempt.endpoint().host(),
                        attempt.endpoint().port(),
                        connector.tls().handshakes());
        handler.setHandshakeTimeoutMillis(connector.settings().handshakeTimeout().toMillis());
        ctx.pipeline().addBefore(ctx.name(), "tls", handler); // active, so it begins at once
    }

    private void agreed(ChannelHandlerContext ctx) {
        String protocol = ctx.pipeline().get(SslHandler.class).applicationProtocol();
        if (isHttp2() && !ApplicationProtocolNames.HTTP_2.equals(protocol)) {
            failed(new IllegalStateException("the other side does not speak h2 (ALPN)"));
            return;
        }
        connection.applicationProtocol(protocol == null ? "" : protocol);
        giveOver(ctx);
    }

    private boolean isHttp2() {
        return attempt.endpoint().protocol().equals("grpc");
    }

    private void giveOver(ChannelHandlerContext ctx) {
        if (!attempt.ready(connection)) {
            ctx.close();
            return;
        }
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

    private void failed(Throwable cause) {
        Throwable root =
                cause instanceof DecoderException && cause.getCause() != null
                        ? cause.getCause()
                        : cause;
        attempt.failed((connection == null ? "" : "tls: ") + Unreachable.reason(root));
        if (connection != null) {
            connection.close(TLS_FAILED);
        }
    }
}

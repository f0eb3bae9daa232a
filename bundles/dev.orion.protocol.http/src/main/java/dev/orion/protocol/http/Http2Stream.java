// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of an HTTP/2 connection: its frames on one side, its exchange on the other.
 *
 * <p>Bytes that are written to its channel go out as DATA. After {@link #leave} the bytes that come
 * are those of the new protocol, whose handlers stand behind this one (RFC 8441 §5).
 *
 * <p>Nobody reads ahead: while the body is not wanted, frames stay where they are, and the peer's
 * window with them.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http2Stream extends ChannelDuplexHandler {

    static final String NAME = "stream";

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    private final Http2Connection http;
    private final StreamConnection connection;
    private final Consumer<Http2Exchange> dispatch; // finds who answers
    private ChannelHandlerContext ctx;
    private Deadlines.Deadline deadline;
    private Http2Exchange exchange;
    private boolean holding; // reading is paused because of this one
    private boolean tunnel;
    private boolean outputEnded;
    private ChannelFuture lastWrite;

    Http2Stream(
            Http2Connection http, StreamConnection connection, Consumer<Http2Exchange> dispatch) {
        this.http = http;
        this.connection = connection;
        this.dispatch = dispatch;
    }

    Connection connection() {
        return connection;
    }

    AsciiString date() {
        return http.date();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        deadline = http.deadline(this::timedOut);
        http.opened(added.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.remove();
        cut();
        http.closed(context.channel());
        context.fireChannelInactive();
    }

    // What arrives

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        if (frame instanceof Http2HeadersFrame headers) {
            if (exchange == null) {
                begin(headers);
            } else if (!tunnel) {
                endBody(headers);
            }
        } else if (frame instanceof Http2DataFrame data) {
            take(data);
        } else {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (tunnel) {
            context.fireChannelReadComplete();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame) {
            cut();
        } else if (event instanceof GoAway && !tunnel) {
            if (exchange != null) {
                exchange.endSoon();
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (tunnel) {
            context.fireChannelWritabilityChanged();
        } else {
            regulate();
        }
    }

    /** Netty has seen the fault, and resets the stream. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (tunnel) {
            context.fireExceptionCaught(cause);
            return;
        }
        log.atDebug()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("reason", cause.getMessage())
                .log("HTTP/2 stream failed");
        cut();
    }

    private void begin(Http2HeadersFrame frame) {
        Optional<Http2Request> request = Http2Request.of(frame.headers());
        if (request.isEmpty()) {
            reset(Http2Error.PROTOCOL_ERROR);
            return;
        }
        exchange = new Http2Exchange(this, request.get());
        if (frame.isEndStream()) {
            // Before it is answered: an answer ahead of its body ends in a reset.
            exchange.endBody(EmptyHttpHeaders.INSTANCE);
        }
        if (request.get().hasHost()) {
            dispatch.accept(exchange);
        } else {
            Dispatch.refuse(exchange, HttpResponseStatus.BAD_REQUEST);
        }
        regulate();
    }

    private void take(Http2DataFrame frame) {
        if (tunnel) {
            boolean isLast = frame.isEndStream();
            ctx.fireChannelRead(frame.content());
            if (isLast) {
                ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            }
            return;
        }
        try {
            exchange.piece(frame.content());
            if (frame.isEndStream()) {
                exchange.endBody(EmptyHttpHeaders.INSTANCE);
            }
        } finally {
            frame.release();
        }
        regulate();
    }

    private void endBody(Http2HeadersFrame frame) {
        HttpHeaders trailers;
        try {
            trailers = Http2Request.trailers(frame.headers());
        } catch (IllegalArgumentException malformed) {
            reset(Http2Error.PROTOCOL_ERROR);
            return;
        }
        exchange.endBody(trailers);
        regulate();
    }

    private void cut() {
        if (exchange != null && !tunnel) {
            exchange.cut();
        }
    }

    // What is sent

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            http.wrote();
            context.write(new DefaultHttp2DataFrame(bytes), promise);
        } else {
            context.write(message, promise);
        }
    }

    void writeContinue() {
        Http2Headers head = new DefaultHttp2Headers(false, 1);
        head.status(HttpResponseStatus.CONTINUE.codeAsText());
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(head, false), ctx.voidPromise());
    }

    void writeHead(Http2Headers head, boolean isLast) {
        if (isLast) {
            last(new DefaultHttp2HeadersFrame(head, true));
        } else {
            ctx.write(new DefaultHttp2HeadersFrame(head, false), ctx.voidPromise());
        }
        http.wrote();
    }

    /** Writes the last piece. <b>Buffer:</b> takes ownership. */
    void writeLast(ByteBuf body) {
        last(new DefaultHttp2DataFrame(body, true));
    }

    /** Ends our side. Calling it again does nothing. */
    void writeEnd() {
        if (!outputEnded) {
            last(new DefaultHttp2DataFrame(true));
        }
    }

    void writeTrailers(Http2Headers trailers) {
        last(new DefaultHttp2HeadersFrame(trailers, true));
    }

    /** Whether the end has really gone is asked only where the peer still sends. */
    private void last(Object frame) {
        outputEnded = true;
        if (exchange.isBodyComplete()) {
            ctx.write(frame, ctx.voidPromise());
        } else {
            lastWrite = ctx.write(frame);
        }
    }

    /** Tells the peer, behind the answer, that the rest of its body is not wanted. */
    void endWithoutBody() {
        deadline.after(http.stalled());
        lastWrite.addListener(
                written -> {
                    if (written.isSuccess()) {
                        reset(Http2Error.NO_ERROR);
                    }
                });
    }

    void flush() {
        ctx.flush(); // of which there is one at the end of what the connection reads
    }

    /** Ends the stream in both directions. */
    void reset(Http2Error error) {
        if (!ctx.channel().isActive()) {
            return;
        }
        outputEnded = true;
        cut();
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(error), ctx.voidPromise());
    }

    /** The exchange is over; the stream ends when the peer has let us send what is left. */
    void finished() {
        deadline.after(http.stalled());
    }

    /** Leaves HTTP on this stream. */
    void leave(String protocol, Http2Headers head, Consumer<ChannelPipeline> install) {
        tunnel = true;
        deadline.never();
        writeHead(head, false);
        connection.protocol(protocol);
        try {
            install.accept(ctx.pipeline());
        } catch (RuntimeException broken) {
            log.atWarn()
                    .addKeyValue("connection_id", connection.id())
                    .addKeyValue("path", exchange.path())
                    .setCause(broken)
                    .log("HTTP service failed");
            reset(Http2Error.INTERNAL_ERROR);
            return;
        }
        flush();
        hold(false);
    }

    // When to read, and when to give up

    /** Decides anew whether frames are taken, and how long the peer has. */
    void regulate() {
        if (tunnel || exchange == null || exchange.isDone() || !ctx.channel().isActive()) {
            return;
        }
        boolean writable = ctx.channel().isWritable();
        hold(!exchange.isBodyComplete() && !(exchange.wantsBody() && writable));
        if (!writable || exchange.wantsBody()) {
            deadline.after(http.stalled());
        } else {
            deadline.never();
        }
    }

    private void hold(boolean frames) {
        if (frames == holding) {
            return;
        }
        holding = frames;
        if (holding) {
            Reading.pause(ctx.channel());
        } else {
            Reading.resume(ctx.channel());
        }
    }

    private void timedOut() {
        if (exchange.isDone() || !ctx.channel().isWritable()) {
            connection.defended("slow-reader");
            connection.close(CloseReason.SLOW);
        } else {
            connection.defended("body-timeout");
            exchange.bodyTimedOut();
        }
    }
}

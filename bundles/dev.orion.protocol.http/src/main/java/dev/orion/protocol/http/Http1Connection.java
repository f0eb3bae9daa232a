// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the requests of one connection, one after the other, and writes their answers in order.
 *
 * <p>The decoder is paused between a request's head and whoever wants its body, while an exchange
 * is in progress, and while the peer does not read; beyond a small read-ahead the socket is not
 * read either.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> a close says {@code Connection: close}, shuts the output and waits a moment for
 * the peer, so that the last answer is not lost to a reset (RFC 9112 §9.6).
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {

    static final String NAME = "http";

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final HttpProtocol protocol;
    private final HttpProtocol.Settings settings;
    private final Connection connection;
    private final RequestDecoder decoder;
    private ChannelHandlerContext ctx;
    private Http1Output output;
    private Deadlines.Deadline deadline;
    private Http1Exchange current;
    private CloseReason closing;
    private CloseReason leaving;
    private boolean reading;
    private boolean holding; // the socket is not read because of this one
    private boolean headTimed;
    private boolean lingering;
    private long unsent; // when the deadline was set for what is written

    Http1Connection(HttpProtocol protocol, Connection connection, RequestDecoder decoder) {
        this.protocol = protocol;
        this.settings = protocol.settings();
        this.connection = connection;
        this.decoder = decoder;
    }

    Connection connection() {
        return connection;
    }

    AsciiString date() {
        return protocol.time().date();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        output = new Http1Output(added);
        deadline = protocol.time().deadlines(added.channel().eventLoop()).add(this::timedOut);
        deadline.after(settings.idleTimeout());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        deadline.remove();
        output.release();
    }

    // What arrives

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message == RequestDecoder.HTTP2) {
            speakHttp2();
            return;
        }
        reading = true;
        try {
            if (closing != null) {
                return;
            }
            if (message instanceof HttpRequest request) {
                begin(request);
            }
            if (message instanceof HttpContent content && current != null) {
                takeBody(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        output.flush();
        if (closing == null && current == null && decoder.isInsideHead() && !headTimed) {
            headTimed = true;
            deadline.after(settings.headerTimeout());
        }
        regulate();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        regulate();
        arm();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.remove();
        if (current != null) {
            Http1Exchange cut = current;
            current = null;
            cut.cut();
        }
        if (closing != null) {
            connection.close(closing); // the peer was faster; the reason is still ours
        }
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof GoAway goAway) {
            goAway(goAway.reason());
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.failed(cause);
        if (cause instanceof IOException) {
            connection.close(CloseReason.CONNECTION_CLOSED);
            return;
        }
        log.atWarn()
                .addKeyValue("connection_id", connection.id())
                .setCause(cause)
                .log("HTTP connection failed");
        connection.close(CloseReason.INTERNAL_ERROR);
    }

    private void begin(HttpRequest request) {
        headTimed = false;
        deadline.never();
        decoder.pause();
        var exchange = new Http1Exchange(this, request);
        current = exchange;
        if (leaving != null) {
            exchange.mustEnd();
        }
        if (isNotHttp(request)) {
            close(CloseReason.BAD_REQUEST);
            return;
        }
        Optional<HttpResponseStatus> fault = RequestCheck.fault(request);
        if (fault.isPresent()) {
            Dispatch.refuse(exchange, fault.get());
            return;
        }
        Optional<Http2Upgrade> upgrade = Http2Upgrade.of(request, connection);
        if (upgrade.isPresent() && leaving == null) {
            exchange.upgrade(
                    connection.protocol(),
                    Http2Upgrade.ANSWER,
                    pipeline -> protocol.serveHttp2(connection, upgrade.get()));
        } else {
            protocol.dispatch(exchange);
        }
    }

    /**
     * Whether the peer has begun with neither of the protocols that it may speak here. It could not
     * read an answer, and RFC 9113 §3.4 ends the connection; where TLS has agreed on HTTP/1.1 it is
     * answered.
     */
    private boolean isNotHttp(HttpRequest request) {
        return request.decoderResult().cause() instanceof RequestDecoder.NotHttpException
                && connection.applicationProtocol().isEmpty();
    }

    /** The peer has begun with the preface of HTTP/2, which the decoder hands on. */
    private void speakHttp2() {
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.remove(this);
        protocol.serveHttp2(connection);
        if (leaving != null) {
            pipeline.fireUserEventTriggered(new GoAway(leaving));
        }
        readSocket(true);
        pipeline.remove(decoder);
    }

    private void takeBody(HttpContent content) {
        Http1Exchange exchange = current;
        if (content.decoderResult().isFailure()) {
            exchange.badBody();
            return;
        }
        exchange.piece(content.content());
        if (content instanceof LastHttpContent last && current == exchange) {
            exchange.endBody(last.trailingHeaders());
        }
        if (current == exchange) {
            arm();
            regulate();
        }
    }

    // What is sent

    /**
     * Where to write a head or a small body, to be flushed by the end of this turn.
     *
     * @param bytes how much room there is at least
     * @return lent until something else is asked for here
     */
    ByteBuf room(int bytes) {
        return output.room(bytes, decoder.buffered());
    }

    /** As {@link #room}, of larger bytes. <b>Buffer:</b> takes ownership. */
    void write(ByteBuf bytes) {
        output.write(bytes);
    }

    /** What has been written goes before what others write to the channel from now on. */
    void handOn() {
        output.handOn();
    }

    /** Sends what was written; at the end of what arrives in this turn, if that is not over. */
    void flush() {
        if (!reading) {
            output.flush();
        }
    }

    /** Tells the peer to send the body (RFC 9110 §15.2.1). */
    void writeContinue() {
        ByteBufUtil.writeAscii(room(32), "HTTP/1.1 100 Continue\r\n\r\n");
        output.flush();
    }

    /** An exchange has ended: the next one may begin. */
    void finished(Http1Exchange exchange, boolean close) {
        if (current != exchange) {
            return;
        }
        if (close || leaving != null) {
            close(leaving == null ? CloseReason.CONNECTION_CLOSED : leaving);
            return;
        }
        current = null;
        arm();
        regulate();
    }

    /** Leaves HTTP. <b>Buffer:</b> takes ownership of {@code head}. */
    void leave(String name, ByteBuf head, Consumer<ChannelPipeline> install) {
        ChannelPipeline pipeline = ctx.pipeline();
        Http1Exchange last = current;
        current = null;
        output.send(head);
        connection.protocol(name);
        pipeline.remove(this);
        try {
            install.accept(pipeline);
        } catch (RuntimeException broken) {
            log.atWarn()
                    .addKeyValue("connection_id", connection.id())
                    .addKeyValue("path", last.path())
                    .setCause(broken)
                    .log("HTTP service failed");
            connection.close(CloseReason.INTERNAL_ERROR);
        }
        readSocket(true); // whoever comes now has reasons of its own
        pipeline.remove(decoder); // it hands on what it still holds
    }

    // When to read

    /** Somebody else reads the body from now on, or nobody does: its time begins anew. */
    void readerChanged() {
        arm();
        regulate();
    }

    /** Decides anew whether messages are decoded and whether the socket is read. */
    private void regulate() {
        if (closing != null || ctx.isRemoved()) {
            return;
        }
        boolean writable = ctx.channel().isWritable();
        boolean wanted = writable && (current == null || current.wantsBody());
        if (wanted) {
            decoder.resume();
        } else {
            decoder.pause();
        }
        if (closing == null && !ctx.isRemoved()) {
            // Decoding may have changed everything; what holds now is what counts.
            readSocket(ctx.channel().isWritable() && decoder.buffered() <= readAhead());
        }
    }

    private int readAhead() {
        return settings.maxInitialLineBytes() + settings.maxHeaderBytes();
    }

    private void readSocket(boolean read) {
        if (read != holding) {
            return;
        }
        holding = !read;
        if (holding) {
            Reading.pause(connection.channel());
        } else {
            Reading.resume(connection.channel());
        }
    }

    // When to end

    private void arm() {
        if (closing != null || ctx.isRemoved()) {
            return;
        }
        if (!ctx.channel().isWritable()) {
            awaitWrites();
        } else if (current == null || current.wantsBody()) {
            deadline.after(settings.idleTimeout());
        } else {
            deadline.never();
        }
    }

    /** The peer may take its time, but not stop. */
    private void awaitWrites() {
        unsent = unsent();
        deadline.after(settings.idleTimeout());
    }

    /** The bytes that the socket has not taken yet, and a few for each piece. */
    private long unsent() {
        ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    private boolean awaitsWrites() {
        return closing == null ? !ctx.channel().isWritable() : !lingering;
    }

    private void timedOut() {
        if (awaitsWrites() && unsent() < unsent) {
            awaitWrites();
        } else if (closing != null) {
            connection.close(closing);
        } else if (!ctx.channel().isWritable()) {
            connection.defended("slow-reader");
            connection.close(CloseReason.SLOW);
        } else if (current != null && !holding && Reading.isPaused(ctx.channel())) {
            arm(); // the service has paused, and the peer cannot help it
        } else if (current != null) {
            connection.defended("body-timeout");
            current.bodyTimedOut();
        } else if (decoder.isInsideHead()) {
            refuseHead();
        } else {
            connection.close(CloseReason.CONNECTION_CLOSED);
        }
    }

    /** The head of a request does not arrive. */
    private void refuseHead() {
        connection.defended("header-timeout");
        ByteBuf head = room(ResponseHead.USUAL_BYTES);
        ResponseHead.begin(
                head, HttpResponseStatus.REQUEST_TIMEOUT, date(), EmptyHttpHeaders.INSTANCE);
        ResponseHead.field(head, HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        ResponseHead.field(head, HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ResponseHead.end(head);
        close(CloseReason.STALE);
    }

    private void goAway(CloseReason reason) {
        if (closing != null) {
            return;
        }
        leaving = reason;
        if (current == null) {
            close(reason);
        } else {
            current.mustEnd();
            current.endSoon();
        }
    }

    /** Closes after what has been written; nothing more is taken from the peer. */
    void close(CloseReason reason) {
        if (closing != null || ctx.isRemoved()) {
            return;
        }
        closing = reason;
        Http1Exchange cut = current;
        current = null;
        if (cut != null) {
            cut.cut();
        }
        ChannelFuture last = output.send(Unpooled.EMPTY_BUFFER);
        awaitWrites();
        last.addListener(written -> linger());
        decoder.discard();
        readSocket(true);
    }

    private void linger() {
        if (ctx.channel().isActive() && connection.endOutput()) {
            lingering = true;
            deadline.after(LINGER);
        } else {
            connection.close(closing);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Reading;
import dev.orion.route.Route;
import dev.orion.route.Target;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that goes along a route: frames go over from one stream to the other as they come.
 *
 * <p>Each direction is held back by its own reader only. What the back end has surely not looked at
 * goes once more over another connection, as long as the request is short and nothing has been
 * answered.
 *
 * <p><b>Threads:</b> the event loop, which both connections share.
 */
final class Passing implements StreamCall {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.grpc");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    /** How much of a request is kept so that it may go once more. */
    private static final int MAX_KEPT_BYTES = 65_536;

    private static final int MAX_ATTEMPTS = 3;
    private static final long NOT_RESET = -1;

    private final LoopShare loop;
    private final Connection stream;
    private final Channel front;
    private final TurnFlush frontFlush;
    private final Route route;
    private final Endpoint to;
    private final Function<Endpoint, BackEnd> maker;
    private final Deadline deadline = new Deadline(() -> end(Status.DEADLINE_EXCEEDED));

    private Http2Headers head;
    private long endsAtNanos;
    private boolean hasDeadline;
    private boolean hasWaited; // so that the back end has less time than the caller said
    private boolean isRequestComplete;

    /**
     * The request so far, while it may have to go once more; null when it is too late for that.
     * Copied, so that a peer's many small pieces hold no more than they say.
     */
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;

    private BackEnd backEnd; // null until the call goes to one
    private boolean isHolding; // the front is not read because of this one
    private Attempt attempt; // null while the call waits for a connection
    private int attempts;
    private boolean isAnswered;
    private boolean isOver;

    Passing(GrpcProtocol protocol, LoopShare loop, Connection stream, Route route) {
        this.loop = loop;
        this.stream = stream;
        this.front = stream.channel();
        this.frontFlush = TurnFlush.of(front);
        this.route = route;
        this.to = ((Target.ToEndpoint) route.target()).endpoint();
        this.maker =
                any -> new BackEnd(to, loop, protocol.connector(), protocol.settings().backEnds());
    }

    void begin(Http2HeadersFrame frame, long timeoutMs) {
        route.began();
        head = frame.headers();
        head.scheme(to.isSecure() ? HTTPS : HTTP);
        head.authority(to.authority());
        isRequestComplete = frame.isEndStream();
        if (timeoutMs == 0) {
            end(Status.DEADLINE_EXCEEDED);
            return;
        }
        if (timeoutMs > 0) {
            hasDeadline = true;
            endsAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            loop.deadlines.schedule(deadline, timeoutMs);
        }
        look();
    }

    // The back end

    /** Looks for a connection; until there is one the request is not read. */
    private void look() {
        attempt = null;
        attempts++;
        hasWaited = attempts > 1;
        if (loop.isClosed()) {
            unreachable(LoopShare.SHUTDOWN);
            return;
        }
        backEnd = loop.backEnd(to, maker); // perhaps another one: who is left by all is forgotten
        backEnd.open(this);
        if (attempt == null && !isOver) {
            hasWaited = true;
            hold(true);
        }
    }

    /** There is a connection with room. */
    void opened(BackEndConnection connection) {
        var next = new Attempt(connection);
        Channel back = connection.open(next);
        if (back == null) {
            unreachable("no stream could be opened");
            return;
        }
        attempt = next;
        if (hasDeadline && hasWaited) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endsAtNanos - System.nanoTime());
            head.set(GrpcFields.TIMEOUT, GrpcFields.timeout(Math.max(1, leftMs)));
        }
        next.begin(back);
        if (attempt == next) {
            hold(!back.isWritable());
        }
    }

    /** There is none, and will not be. */
    void unreachable(String reason) {
        if (isOver) {
            return;
        }
        LOG.atDebug()
                .addKeyValue("connection_id", stream.id())
                .addKeyValue("route", route.name())
                .addKeyValue("reason", reason)
                .log("gRPC call could not be passed on");
        route.failed();
        route.ended();
        close();
        say(new Status(Code.UNAVAILABLE, reason));
    }

    /** What the caller sends now goes to this attempt, if there is one. */
    private boolean goesOnceMore() {
        if (isAnswered || kept == null || attempts >= MAX_ATTEMPTS) {
            return false;
        }
        look();
        return true;
    }

    // The request

    @Override
    public void data(Http2DataFrame frame) {
        if (isOver) {
            frame.release();
            return;
        }
        isRequestComplete |= frame.isEndStream();
        keep(frame.content());
        if (attempt == null) {
            frame.release(); // it is kept
        } else {
            attempt.write(frame.content(), frame.isEndStream());
        }
    }

    @Override
    public void endOfRequest() {
        if (!isOver && !isRequestComplete) {
            isRequestComplete = true;
            if (attempt != null) {
                attempt.write(Unpooled.EMPTY_BUFFER, true);
            }
        }
    }

    private void keep(ByteBuf piece) {
        if (kept == null) {
            return;
        }
        int length = piece.readableBytes();
        if (attempt != null && kept.readableBytes() + length > MAX_KEPT_BYTES) {
            forget();
        } else if (length > 0) {
            if (!kept.isReadable()) {
                kept = front.alloc().buffer(length);
            }
            kept.writeBytes(piece, piece.readerIndex(), length);
        }
    }

    private void forget() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    private void hold(boolean frames) {
        if (frames == isHolding) {
            return;
        }
        isHolding = frames;
        if (isHolding) {
            Reading.pause(front);
        } else {
            Reading.resume(front);
        }
    }

    @Override
    public void writabilityChanged() {
        if (attempt != null && front.isWritable()) {
            attempt.back.config().setAutoRead(true);
        }
    }

    @Override
    public void reset(long code) {
        over(code);
    }

    @Override
    public void gone() {
        over(Http2Error.CANCEL.code());
    }

    /** The caller has no more interest. */
    private void over(long code) {
        if (!isOver) {
            Attempt last = attempt;
            route.ended();
            close();
            reset(last, code);
        }
    }

    // The end

    /** Ends the call from here. */
    private void end(Status status) {
        if (!isOver) {
            Attempt last = attempt;
            route.ended();
            close();
            say(status);
            reset(last, Http2Error.CANCEL.code());
        }
    }

    private void say(Status status) {
        CallHandler.write(front, GrpcFields.end(status, !isAnswered), isRequestComplete);
        frontFlush.wrote();
    }

    /** Ends the other stream; Netty would keep it open for what came on it and was not read. */
    private static void reset(Attempt attempt, long code) {
        if (attempt != null && attempt.back.isActive()) {
            attempt.back.write(new DefaultHttp2ResetFrame(code));
            attempt.back.close();
            attempt.flush.wrote();
        }
    }

    /** Lets go of everything; what has been written still goes out. */
    private void close() {
        isOver = true;
        loop.deadlines.cancel(deadline);
        if (attempt == null && backEnd != null) {
            backEnd.forget(this);
        }
        attempt = null;
        forget();
        hold(false);
    }

    /** One stream to the back end. */
    private final class Attempt extends ChannelInboundHandlerAdapter
            implements ChannelFutureListener {

        private final BackEndConnection connection;
        private Channel back;
        private TurnFlush flush;
        private long resetCode = NOT_RESET;
        private boolean isUntouched; // the back end has said that it has not looked at the call

        Attempt(BackEndConnection connection) {
            this.connection = connection;
        }

        void begin(Channel opened) {
            back = opened;
            flush = TurnFlush.of(back);
            back.closeFuture().addListener(this);
            boolean isHeadOnly = isRequestComplete && !kept.isReadable();
            back.write(new DefaultHttp2HeadersFrame(head, isHeadOnly))
                    .addListener(this::headWritten);
            if (!isCurrent()) {
                return; // the head could not be written, and that is dealt with
            }
            if (kept.isReadable()) {
                write(kept.copy(), isRequestComplete); // before what comes because of it
            } else {
                flush.wrote();
            }
        }

        /** Writes a piece of the request. <b>Buffer:</b> takes ownership. */
        void write(ByteBuf piece, boolean isLast) {
            back.write(new DefaultHttp2DataFrame(piece, isLast), back.voidPromise());
            flush.wrote();
            hold(!back.isWritable());
        }

        /** The stream is gone. */
        @Override
        public void operationComplete(ChannelFuture closed) {
            connection.closed();
        }

        private boolean isCurrent() {
            return attempt == this && !isOver;
        }

        private void headWritten(Future<? super Void> written) {
            if (written.isSuccess() || !isCurrent()) {
                return;
            }
            if (written.cause() instanceof Http2Exception.HeaderListSizeException) {
                end(new Status(Code.INTERNAL, "the back end takes no metadata of that size"));
            } else {
                isUntouched = true; // what was not written has not been read
                back.close();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (!isCurrent()) {
                ReferenceCountUtil.release(frame);
            } else if (frame instanceof Http2DataFrame data) {
                answer(data);
            } else if (frame instanceof Http2HeadersFrame headers) {
                answer(headers);
            } else {
                ReferenceCountUtil.release(frame);
            }
        }

        private void answer(Http2HeadersFrame frame) {
            CharSequence status = frame.headers().status();
            if (status != null && status.charAt(0) == '1') {
                return; // an interim answer (RFC 9110 §15.2)
            }
            isAnswered = true;
            forget();
            if (frame.isEndStream()) {
                complete(new DefaultHttp2HeadersFrame(frame.headers(), true));
                return;
            }
            front.write(new DefaultHttp2HeadersFrame(frame.headers(), false))
                    .addListener(Passing.this::answerWritten);
            frontFlush.wrote();
        }

        private void answer(Http2DataFrame frame) {
            if (frame.isEndStream()) {
                complete(new DefaultHttp2DataFrame(frame.content(), true));
                return;
            }
            front.write(new DefaultHttp2DataFrame(frame.content()), front.voidPromise());
            frontFlush.wrote();
            if (!front.isWritable()) {
                back.config().setAutoRead(false);
            }
        }

        private void complete(Http2StreamFrame last) {
            boolean isWhole = isRequestComplete;
            route.ended();
            close();
            CallHandler.writeLast(front, last, isWhole);
            frontFlush.wrote();
            if (!isWhole) {
                reset(this, Http2Error.NO_ERROR.code());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            // What came before is perhaps not read yet: the stream ends behind it.
            if (event instanceof Http2ResetFrame reset) {
                resetCode = reset.errorCode();
                isUntouched |= resetCode == Http2Error.REFUSED_STREAM.code();
            } else if (event instanceof Http2GoAwayFrame) {
                isUntouched = true;
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (isCurrent()) {
                hold(!back.isWritable());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!isCurrent() || (isUntouched && goesOnceMore())) {
                return;
            }
            if (resetCode == NOT_RESET) {
                unreachable("the connection to " + to + " was lost");
                return;
            }
            route.ended();
            close();
            front.write(new DefaultHttp2ResetFrame(resetCode));
            frontFlush.wrote();
        }

        /** Netty has seen a fault of the back end's, and resets the stream. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof Http2FrameStreamException fault && resetCode == NOT_RESET) {
                resetCode = fault.error().code();
            }
            ctx.close();
        }
    }

    /** Fields that the caller does not take, by what it has said of itself. */
    private void answerWritten(Future<? super Void> written) {
        if (!written.isSuccess() && !isOver && front.isActive()) {
            over(Http2Error.CANCEL.code());
            front.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        }
    }
}

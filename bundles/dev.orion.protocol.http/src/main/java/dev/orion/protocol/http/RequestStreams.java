// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameStreamEvent;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of an HTTP/2 connection that carry requests: what the codec reads goes to them, what
 * they write to the codec.
 *
 * <p>They are no channels: a channel and its pipeline cost more than all the rest of a small
 * request. Who needs one is given one (see {@link StreamChannel}).
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class RequestStreams extends ChannelInboundHandlerAdapter
        implements Http2RemoteFlowController.Listener {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    private final Http2Connection http;
    private final Http2Codec codec;
    private final Consumer<Http2Exchange> dispatch; // finds who answers
    private final PropertyKey key;

    /** Those that were given something in this turn, and are to be told of its end. */
    private final Queue<StreamChannel> reading = new ArrayDeque<>();

    private ChannelHandlerContext frames; // the codec's
    private boolean isTurn; // the codec reads, and flushes when it has read

    RequestStreams(Http2Connection http, Http2Codec codec, Consumer<Http2Exchange> dispatch) {
        this.http = http;
        this.codec = codec;
        this.dispatch = dispatch;
        this.key = codec.connection().newKey();
        codec.connection().addListener(new Endings());
        codec.connection().remote().flowController().listener(this);
        codec.whenSent(this::sent);
    }

    /** Takes the frames of streams, and leaves others to the pipeline. */
    Http2FrameListener listener() {
        return new Frames(codec.decoder().frameListener());
    }

    Http2Connection http() {
        return http;
    }

    Connection connection() {
        return http.connection();
    }

    void dispatch(Http2Exchange exchange) {
        dispatch.accept(exchange);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        frames = added.pipeline().context(codec);
    }

    // What the streams write

    /** Writes a head, or trailers. What is not written is told by the end of the stream. */
    ChannelFuture headers(Http2Stream stream, Http2Headers fields, boolean isLast) {
        return codec.encoder()
                .writeHeaders(frames, stream.id(), fields, 0, isLast, frames.newPromise());
    }

    /** Writes a piece of a body. <b>Buffer:</b> takes ownership. */
    ChannelFuture data(Http2Stream stream, ByteBuf piece, boolean isLast) {
        return codec.encoder()
                .writeData(frames, stream.id(), piece, 0, isLast, frames.newPromise());
    }

    /** Ends a stream, behind what its windows let out and before everything else. */
    void reset(Http2Stream stream, Http2Error error) {
        try {
            codec.encoder().flowController().writePendingBytes();
        } catch (Http2Exception fault) {
            codec.onError(frames, true, fault);
        }
        codec.encoder().writeRstStream(frames, stream.id(), error.code(), frames.newPromise());
        codec.closeStream(stream, frames.newSucceededFuture());
    }

    /** A piece that was held has been taken: the peer may send as much again. */
    void taken(Http2Stream stream, int bytes) {
        try {
            if (codec.connection().local().flowController().consumeBytes(stream, bytes)) {
                flush();
            }
        } catch (Http2Exception fault) {
            codec.onError(frames, true, fault);
        }
    }

    /** Whether what is written now goes out as soon as it is flushed. */
    boolean isWritable(Http2Stream stream) {
        return codec.connection().remote().flowController().isWritable(stream);
    }

    /** Sends what was written, in the middle of a turn at its end. */
    void flush() {
        if (!isTurn) {
            codec.flush(frames);
        }
    }

    /** Tells a channel that was given something when the turn ends, or now if there is none. */
    void tellReadComplete(StreamChannel channel) {
        if (isTurn) {
            reading.add(channel);
        } else {
            channel.readComplete();
            flush();
        }
    }

    // What comes

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        StreamChannel channel = reading.poll();
        while (channel != null) {
            channel.readComplete();
            channel = reading.poll();
        }
        isTurn = false;
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof Http2FrameStreamEvent)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** Netty has seen the fault of a stream, and leaves it to us to end it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof Http2FrameStreamException fault)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        log.atDebug()
                .addKeyValue("connection_id", connection().id())
                .addKeyValue("reason", cause.getMessage())
                .log("HTTP/2 stream failed");
        Http2Stream stream = codec.connection().stream(fault.stream().id());
        if (stream == null) {
            return;
        }
        RequestStream request = stream.getProperty(key);
        if (request == null) {
            reset(stream, fault.error());
            flush();
        } else {
            request.reset(fault.error());
        }
    }

    /** There is room again, or no longer any. */
    @Override
    public void writabilityChanged(Http2Stream stream) {
        RequestStream request = stream.getProperty(key);
        if (request != null && isWritable(stream)) {
            request.writable();
        }
    }

    private void sent(Http2Stream stream) {
        RequestStream request = stream.getProperty(key);
        if (request != null) {
            request.sent();
        }
    }

    private void head(Http2Stream stream, Http2Headers head, boolean isLast) {
        RequestStream request = stream.getProperty(key);
        if (request != null) {
            request.trailers(head);
            return;
        }
        Http2Request read = Http2Request.of(head).orElse(null);
        if (read == null) {
            reset(stream, Http2Error.PROTOCOL_ERROR);
            return;
        }
        request = new RequestStream(this, stream, read);
        stream.setProperty(key, request);
        request.begin(isLast);
    }

    private void broken(Http2Stream stream, RuntimeException broken) {
        log.atWarn()
                .addKeyValue("connection_id", connection().id())
                .setCause(broken)
                .log("HTTP/2 stream failed");
        RequestStream request = stream.getProperty(key);
        if (request != null) {
            request.reset(Http2Error.INTERNAL_ERROR);
        }
    }

    private final class Frames extends Http2FrameListenerDecorator {

        Frames(Http2FrameListener others) {
            super(others);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int id, Http2Headers head, int padding, boolean isLast) {
            isTurn = true;
            Http2Stream stream = codec.connection().stream(id);
            try {
                head(stream, head, isLast);
            } catch (RuntimeException broken) {
                broken(stream, broken);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers head,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean isLast) {
            onHeadersRead(ctx, id, head, padding, isLast);
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean isLast) {
            isTurn = true;
            Http2Stream stream = codec.connection().stream(id);
            int bytes = data.readableBytes();
            RequestStream request = stream.getProperty(key);
            if (request == null) {
                return bytes + padding;
            }
            try {
                return request.data(data, isLast) ? bytes + padding : padding;
            } catch (RuntimeException broken) {
                broken(stream, broken);
                return 0; // the end of the stream gives back what it held
            }
        }

        /** The end of the stream, which follows, says all there is to say. */
        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long error) {
            isTurn = true;
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment) {
            isTurn = true; // Netty has counted it
        }
    }

    private final class Endings extends Http2ConnectionAdapter {

        @Override
        public void onStreamClosed(Http2Stream stream) {
            RequestStream request = stream.getProperty(key);
            if (request != null) {
                request.closed();
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of an HTTP/2 connection: its frames on one side, its exchange on the other.
 *
 * <p>It has a {@link StreamChannel} from the moment when somebody asks for one. After {@link
 * #leave} the bytes that come are those of the new protocol, whose handlers stand in that channel's
 * pipeline (RFC 8441 §5).
 *
 * <p>Nobody reads ahead: while the body is not wanted, pieces of it wait here, and the peer's
 * window with them, which bounds them.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class RequestStream implements Http2Connection.Stream {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    private final RequestStreams streams;
    private final Http2Stream stream;
    private final RequestConnection connection;
    private final Http2Exchange exchange;
    private final Deadlines.Deadline deadline;

    private volatile StreamChannel channel; // null while nobody has asked for it
    private Ring.Place<Http2Connection.Stream> place; // among those of the connection
    private boolean open = true;
    private boolean gone; // and nobody reads what has come
    private boolean tunnel;

    private ByteBuf waiting = Unpooled.EMPTY_BUFFER; // what of the body is not wanted yet
    private boolean giving; // a piece, and the end comes behind it
    private HttpHeaders inputEnd; // null until the peer has sent all

    private boolean outputEnded;
    private ChannelFuture lastWrite; // null until the end is the codec's
    private boolean discarding; // the body, which is nobody's
    private boolean bodyUnwanted; // what of it has not come yet

    RequestStream(RequestStreams streams, Http2Stream stream, Http2Request request) {
        this.streams = streams;
        this.stream = stream;
        this.connection = new RequestConnection(streams.connection(), this);
        this.exchange = new Http2Exchange(this, request);
        this.deadline = streams.http().deadline(this::timedOut);
    }

    /** The connection that it is a stream of. */
    Connection carrier() {
        return streams.connection();
    }

    /** The stream itself, for whoever takes it for a connection. */
    Connection connection() {
        return connection;
    }

    AsciiString date() {
        return streams.http().date();
    }

    /** Whether it can still be written to or read from. */
    boolean isOpen() {
        return open;
    }

    boolean isTunnel() {
        return tunnel;
    }

    /** The channel of this stream, which is made when it is asked for first. Any thread. */
    Channel channel() {
        StreamChannel made = channel;
        if (made == null) {
            made = makeChannel();
        }
        return made;
    }

    private synchronized StreamChannel makeChannel() {
        if (channel == null) {
            Channel parent = carrier().channel();
            var made = new StreamChannel(parent, this);
            channel = made;
            parent.eventLoop()
                    .register(made)
                    .addListener(
                            registered -> {
                                if (!open) {
                                    made.streamClosed();
                                }
                            });
        }
        return channel;
    }

    // What arrives

    void begin(boolean isLast) {
        place = streams.http().opened(this);
        if (isLast) {
            // Before it is answered: an answer ahead of its body ends in a reset.
            inputEnd = EmptyHttpHeaders.INSTANCE;
            exchange.endBody(inputEnd);
        }
        if (exchange.hasHost()) {
            streams.dispatch(exchange);
        } else {
            Dispatch.refuse(exchange, HttpResponseStatus.BAD_REQUEST);
        }
    }

    /**
     * Takes a piece. <b>Buffer:</b> borrows it.
     *
     * @return whether it has been used; else it waits until it is wanted
     */
    boolean data(ByteBuf piece, boolean isLast) {
        boolean isHeld = piece.isReadable() && (waiting.isReadable() || !mayGive());
        if (isHeld) {
            hold(piece);
        } else if (piece.isReadable()) {
            give(piece);
        }
        if (isLast) {
            inputEnd = EmptyHttpHeaders.INSTANCE;
        }
        giveWaiting();
        allotTime();
        return !isHeld;
    }

    void trailers(Http2Headers fields) {
        if (tunnel) {
            reset(Http2Error.PROTOCOL_ERROR); // RFC 9113 §8.5: DATA and nothing else
            return;
        }
        try {
            inputEnd = Http2Request.trailers(fields);
        } catch (IllegalArgumentException malformed) {
            reset(Http2Error.PROTOCOL_ERROR);
            return;
        }
        giveWaiting();
        allotTime();
    }

    /** The server says good-bye. */
    @Override
    public void goAway(GoAway event) {
        if (tunnel) {
            channel.pipeline().fireUserEventTriggered(event);
        } else if (discarding) {
            endWithoutBody();
        } else {
            exchange.endSoon();
        }
    }

    /** Nobody will read what the exchange may still say. Calling it again does nothing. */
    @Override
    public void cut() {
        if (!tunnel) {
            exchange.cut();
        } else if (!open) {
            drop();
        }
    }

    /** Both sides have ended it, or one has taken it back. */
    void closed() {
        open = false;
        deadline.remove();
        if (tunnel) {
            boolean isRead = !outputEnded || inputEnd == null || channel.isEndGiven();
            if (isRead) {
                drop();
            } // else the rest is read first, as it is from a socket
            return;
        }
        boolean isWhole = outputEnded && exchange.isBodyComplete();
        if (!isWhole) {
            cut();
        }
        drop();
    }

    /** Nothing more is read of it. Calling it again does nothing. */
    private void drop() {
        if (gone) {
            return;
        }
        gone = true;
        waiting.release(); // Netty has given its window back
        waiting = Unpooled.EMPTY_BUFFER;
        if (channel != null) {
            channel.streamClosed();
        }
        streams.http().closed(place);
    }

    /** The channel has been closed, by its handlers or with the stream. */
    void channelClosed() {
        inputEnd = null; // nobody waits for it
        if (open) {
            reset(Http2Error.CANCEL);
        } else {
            drop();
        }
    }

    /** Copied, so that a peer's many small pieces hold no more than they say. */
    private void hold(ByteBuf piece) {
        if (!waiting.isReadable()) {
            waiting = exchange.alloc().buffer(piece.readableBytes());
        }
        waiting.writeBytes(piece);
    }

    /** Gives what waits, and the end behind it, if it is wanted. */
    void giveWaiting() {
        if (giving || gone) {
            return;
        }
        if (waiting.isReadable() && mayGive()) {
            ByteBuf piece = waiting;
            int bytes = piece.readableBytes();
            waiting = Unpooled.EMPTY_BUFFER;
            try {
                give(piece);
            } finally {
                piece.release();
            }
            if (open) {
                streams.taken(stream, bytes);
            }
        }
        if (!gone && inputEnd != null && !waiting.isReadable()) {
            end();
        }
    }

    private boolean mayGive() {
        if (tunnel) {
            return channel.isWanting();
        }
        if (discarding) {
            return true;
        }
        return !exchange.isDone() && exchange.wantsBody() && isWritable() && !isPaused();
    }

    private void give(ByteBuf piece) {
        giving = true;
        try {
            if (tunnel) {
                channel.give(piece.retainedSlice());
            } else {
                exchange.piece(piece);
            }
        } finally {
            giving = false;
        }
    }

    private void end() {
        if (tunnel) {
            if (channel.isWanting()) {
                channel.giveEnd();
            }
            if (!open && channel.isEndGiven()) {
                drop();
            }
        } else if (!exchange.isBodyComplete()) {
            exchange.endBody(inputEnd);
        }
    }

    // What is sent

    void writeContinue() {
        Http2Headers head = new DefaultHttp2Headers(false, 1);
        head.status(HttpResponseStatus.CONTINUE.codeAsText());
        streams.headers(stream, head, false);
        flush();
    }

    void writeHead(Http2Headers head, boolean isLast) {
        outputEnded = isLast;
        wrote(streams.headers(stream, head, isLast), isLast);
    }

    /** Writes the last piece. <b>Buffer:</b> takes ownership. */
    void writeLast(ByteBuf body) {
        outputEnded = true;
        wrote(streams.data(stream, body, true), true);
    }

    /** Ends our side, behind what the channel has been given. Calling it again does nothing. */
    void writeEnd() {
        if (!outputEnded) {
            writeTrailers(StreamChannel.END);
        }
    }

    /** Ends our side with trailers. */
    void writeTrailers(Http2Headers trailers) {
        outputEnded = true;
        channel().writeAndFlush(trailers, channel().voidPromise());
    }

    /** What was written to the channel. <b>Buffer:</b> takes ownership. */
    void writeOfChannel(ByteBuf piece) {
        wrote(streams.data(stream, piece, false), false);
    }

    /** The end of what was written to the channel. */
    void endOfChannel(Http2Headers trailers) {
        wrote(
                trailers.isEmpty()
                        ? streams.data(stream, Unpooled.EMPTY_BUFFER, true)
                        : streams.headers(stream, trailers, true),
                true);
    }

    private void wrote(ChannelFuture written, boolean isLast) {
        streams.http().wrote();
        if (written.cause() != null) {
            reset(Http2Error.INTERNAL_ERROR); // the peer takes no such head
        } else if (isLast) {
            lastWrite = written;
            if (bodyUnwanted) {
                resetBehind(written);
            }
        }
    }

    /** Whether the peer and the connection take what is written now. */
    boolean isTaking() {
        return streams.isWritable(stream);
    }

    /** They take something again. */
    void writable() {
        if (channel != null) {
            channel.takenAgain();
        }
    }

    /** Throws away what of the body is there and what comes. */
    void discard() {
        discarding = true;
        deadline.after(streams.http().stalled());
        giveWaiting();
    }

    /** Tells the peer, behind the answer, that the rest of its body is not wanted. */
    void endWithoutBody() {
        if (bodyUnwanted) {
            return;
        }
        bodyUnwanted = true;
        deadline.after(streams.http().stalled());
        if (lastWrite != null) {
            resetBehind(lastWrite);
        }
    }

    private void resetBehind(ChannelFuture answer) {
        answer.addListener(
                written -> {
                    if (written.isSuccess()) {
                        reset(Http2Error.NO_ERROR);
                    }
                });
    }

    /** Sends what was written, by way of the channel or without. */
    void flush() {
        if (channel != null) {
            channel.flush();
        }
        flushFrames();
    }

    /** Sends what the codec has been given. */
    void flushFrames() {
        streams.flush();
    }

    /** Ends the stream in both directions. Calling it again does nothing. */
    void reset(Http2Error error) {
        if (!open) {
            return;
        }
        outputEnded = true;
        inputEnd = null; // what has not been read is lost with it
        cut();
        if (open) { // or a service that was told has ended it
            streams.reset(stream, error);
            flushFrames();
        }
    }

    /** The exchange is over; the stream ends when the peer has let us send what is left. */
    void finished() {
        deadline.after(streams.http().stalled());
    }

    /** Leaves HTTP on this stream. */
    void leave(String protocol, Http2Headers head, Consumer<ChannelPipeline> install) {
        writeHead(head, false);
        Channel made = channel();
        tunnel = true;
        deadline.never();
        connection.protocol(protocol);
        try {
            install.accept(made.pipeline());
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
        giveWaiting();
    }

    /** Somebody has to be told that the channel has given all that there was. */
    void tellReadComplete() {
        streams.tellReadComplete(channel);
    }

    // When to read, and when to give up

    /** Decides anew whether pieces are given, and how long the peer has. */
    void regulate() {
        if (tunnel || exchange.isDone() || !open) {
            return;
        }
        giveWaiting();
        allotTime();
    }

    private void allotTime() {
        if (tunnel || exchange.isDone() || !open) {
            return;
        }
        if (!isWritable() || exchange.wantsBody()) {
            deadline.after(streams.http().stalled());
        } else {
            deadline.never();
        }
    }

    /** The peer has let a piece of the answer go. */
    void sent() {
        if (exchange.isDone() || (!isWritable() && !tunnel)) {
            deadline.after(streams.http().stalled());
        }
    }

    private boolean isWritable() {
        return channel == null || channel.isWritable();
    }

    private boolean isPaused() {
        return channel != null && !channel.config().isAutoRead();
    }

    private void timedOut() {
        if (discarding && lastWrite != null && lastWrite.isSuccess()) {
            carrier().defended("body-timeout");
            reset(Http2Error.NO_ERROR);
        } else if (exchange.isDone() || !isWritable()) {
            carrier().defended("slow-reader");
            reset(Http2Error.CANCEL); // others may be read
        } else if (!isPaused()) {
            carrier().defended("body-timeout");
            exchange.bodyTimedOut();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.EmptyHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel of one stream of an HTTP/2 connection: bytes that are written to it go out as DATA.
 * In a tunnel the bytes that come go through its pipeline; before, it is only written to.
 *
 * <p>What the peer does not take yet stays in its outbound buffer, whose water marks so speak for
 * this stream alone.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class StreamChannel extends AbstractChannel {

    /** Ends our side, behind what was written before. */
    static final Http2Headers END = EmptyHttp2Headers.INSTANCE;

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final RequestStream stream;
    private final ChannelConfig config = new PausedAtOnce(this);
    private volatile boolean open = true;
    private boolean wanting; // to be given what comes
    private boolean given; // and not told yet that this was all
    private boolean endGiven;
    private boolean ended; // our side

    StreamChannel(Channel parent, RequestStream stream) {
        super(parent);
        this.stream = stream;
        config.setAllocator(parent.alloc());
        pipeline().addLast("stream", new Regulating());
    }

    // What comes

    /** Whether the next piece may come. */
    boolean isWanting() {
        return wanting;
    }

    /** Gives a piece to the pipeline. <b>Buffer:</b> takes ownership. */
    void give(ByteBuf piece) {
        wanting = config.isAutoRead();
        pipeline().fireChannelRead(piece);
        if (!given) {
            given = true;
            stream.tellReadComplete();
        }
    }

    void readComplete() {
        given = false;
        if (open) {
            pipeline().fireChannelReadComplete();
        }
    }

    /** Whether the handlers know that the peer has sent all. */
    boolean isEndGiven() {
        return endGiven;
    }

    /** The peer has sent all. Calling it again does nothing. */
    void giveEnd() {
        if (!endGiven) {
            endGiven = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    protected void doBeginRead() {
        wanting = true;
        if (stream.isTunnel()) {
            stream.giveWaiting();
        } else {
            stream.regulate();
        }
    }

    // What is sent

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf || message instanceof Http2Headers) {
            return message;
        }
        throw new UnsupportedOperationException(
                "message: " + message.getClass().getName() + " (expected: ByteBuf)");
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        Object message = out.current();
        while (message != null) {
            if (message instanceof Http2Headers end) {
                end(end);
            } else if (!write((ByteBuf) message)) {
                break; // until the peer or the connection takes more
            }
            out.remove();
            message = out.current();
        }
        stream.flushFrames();
    }

    private void end(Http2Headers trailers) {
        if (!ended) {
            ended = true;
            stream.endOfChannel(trailers);
        }
    }

    /** Whether it is written; what is behind the end is nobody's. */
    private boolean write(ByteBuf bytes) {
        if (ended || !bytes.isReadable()) {
            return true;
        }
        boolean isTaken = stream.isTaking();
        if (isTaken) {
            stream.writeOfChannel(bytes.retain());
        }
        return isTaken;
    }

    /** Goes on with what was not taken; later, for flow control is at work now. */
    void takenAgain() {
        ChannelOutboundBuffer out = unsafe().outboundBuffer();
        if (out != null && !out.isEmpty()) {
            eventLoop().execute(((StreamUnsafe) unsafe())::resume);
        }
    }

    // Its end

    /** The stream is over. */
    void streamClosed() {
        unsafe().close(unsafe().voidPromise());
    }

    @Override
    protected void doClose() {
        open = false;
        stream.channelClosed();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    // What every channel has

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new StreamUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop == parent().eventLoop();
    }

    @Override
    protected SocketAddress localAddress0() {
        return parent().localAddress();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return parent().remoteAddress();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a stream has no address of its own");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    /** One that is paused gets nothing more. */
    private final class PausedAtOnce extends DefaultChannelConfig {

        PausedAtOnce(Channel channel) {
            super(channel);
        }

        @Override
        protected void autoReadCleared() {
            wanting = false;
        }
    }

    private final class StreamUnsafe extends AbstractUnsafe {

        void resume() {
            flush0();
        }

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a stream is connected"));
        }
    }

    /** Watches the channel for as long as the stream carries an exchange. */
    private final class Regulating extends ChannelInboundHandlerAdapter {

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (!stream.isTunnel()) {
                stream.regulate();
            }
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (stream.isTunnel()) {
                ctx.fireExceptionCaught(cause);
                return;
            }
            log.atDebug()
                    .addKeyValue("connection_id", stream.carrier().id())
                    .addKeyValue("reason", cause.getMessage())
                    .log("HTTP/2 stream failed");
            stream.reset(Http2Error.INTERNAL_ERROR);
        }
    }
}

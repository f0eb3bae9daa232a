// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.Http2Options;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection: its end, its time-outs and what its peer may not do. Its streams are
 * {@link RequestStreams}, or channels for somebody who deals in frames.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> a good-bye is GOAWAY in two steps (RFC 9113 §6.8), so that requests which are on
 * their way are still served; the connection is closed after the last of them.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter implements Http2Codec.Watch {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    /** A stream that is open. */
    interface Stream {

        /** The connection ends when its streams do. */
        void goAway(GoAway event);

        /** The connection has ended, and this stream with it. */
        void cut();
    }

    private static final String CODEC = "http2";
    private static final long GOODBYE = 0x6f72696f6eL; // what the ping of a good-bye carries

    /** How long a peer has to say that it has read a good-bye; it is also time to send on. */
    private static final Duration GOODBYE_TIME = Duration.ofSeconds(1);

    private static final int MAX_WINDOW = Integer.MAX_VALUE; // RFC 9113 §6.9.1

    private final Connection connection;
    private final Http2Limits limits;
    private final HttpTime time;
    private final boolean ownWindows; // whether a stream that is not read leaves others theirs
    private final LastWords lastWords;
    private final Http2Codec codec;

    private final Ring<Stream> streams = new Ring<>();

    /** Begun behind the first good-bye. */
    private final List<Ring.Place<Stream>> late = new ArrayList<>(0);

    private final Deadlines deadlines;
    private ChannelHandlerContext ctx;
    private Deadlines.Deadline deadline;
    private boolean begun; // the peer's settings are there
    private boolean headBegun; // and no stream is open yet
    private CloseReason leaving;
    private boolean lastStreamSaid;

    private Http2Connection(
            Connection connection, Http2Limits limits, HttpTime time, boolean ownWindows) {
        this.connection = connection;
        this.limits = limits;
        this.time = time;
        this.ownWindows = ownWindows;
        this.lastWords = new LastWords(connection);
        this.deadlines = time.deadlines(connection.channel().eventLoop());
        this.codec = Http2Codec.of(limits, this);
    }

    /**
     * Has HTTP/2 spoken on a connection from now on.
     *
     * @param dispatch finds who answers
     */
    static void install(
            Connection connection,
            Http2Limits limits,
            HttpTime time,
            Consumer<Http2Exchange> dispatch) {
        new Http2Connection(connection, limits, time, false).installRequests(dispatch);
    }

    /** As {@link #install}, for somebody who deals in frames. */
    static void installStreams(
            Connection connection,
            Http2Limits limits,
            HttpTime time,
            Consumer<Connection> onStream) {
        var http = new Http2Connection(connection, limits, time, true);
        var channels = new Http2MultiplexHandler(http.new Streams(onStream));
        http.install(http.codec.decoder().frameListener(), channels);
    }

    /**
     * As {@link #install}, after an upgrade from HTTP/1.1 whose request becomes stream 1 (RFC 7540
     * §3.2).
     */
    static void install(
            Connection connection,
            Http2Limits limits,
            HttpTime time,
            Consumer<Http2Exchange> dispatch,
            Http2Settings settings,
            Http2Headers request) {
        var http = new Http2Connection(connection, limits, time, false);
        http.installRequests(dispatch);
        http.goOn(settings, request);
    }

    private void installRequests(Consumer<Http2Exchange> dispatch) {
        var requests = new RequestStreams(this, codec, dispatch);
        install(requests.listener(), requests);
    }

    private void install(Http2FrameListener frames, ChannelHandler streams) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        codec.listener(frames, limits, Deadlines.ticker(connection.channel().eventLoop()));
        pipeline.addLast(GatherFrames.NAME, new GatherFrames()); // small frames -> few buffers
        pipeline.addLast(LastWords.NAME, lastWords); // the last bytes are read, then it closes
        pipeline.addLast(CODEC, codec); // bytes <-> frames
        pipeline.addLast("streams", streams); // frames -> requests or channels
        pipeline.addLast("http", this);
    }

    private void goOn(Http2Settings settings, Http2Headers request) {
        ChannelHandlerContext frames = ctx.pipeline().context(codec);
        try {
            codec.onHttpServerUpgrade(settings);
            codec.decoder()
                    .frameListener()
                    .onHeadersRead(frames, Http2CodecUtil.HTTP_UPGRADE_STREAM_ID, request, 0, true);
            frames.fireChannelReadComplete();
            codec.flush(frames);
        } catch (Http2Exception refused) {
            codec.onError(frames, false, refused);
        }
    }

    // What the streams ask

    Connection connection() {
        return connection;
    }

    AsciiString date() {
        return time.date();
    }

    Deadlines.Deadline deadline(Runnable passed) {
        return deadlines.add(passed);
    }

    /** How long a stream may stand still. */
    Duration stalled() {
        return limits.stalled();
    }

    /** A piece of an answer is on its way. */
    void wrote() {
        codec.progress();
    }

    /** A stream has begun; what is returned is what {@link #closed} takes. */
    Ring.Place<Stream> opened(Stream stream) {
        Ring.Place<Stream> place = streams.add(stream);
        headBegun = false;
        if (leaving == null) {
            deadline.never();
        } else if (!lastStreamSaid) {
            late.add(place);
        }
        return place;
    }

    void closed(Ring.Place<Stream> stream) {
        streams.remove(stream);
        if (!streams.isEmpty()) {
            return;
        }
        if (lastStreamSaid) {
            connection.finish(leaving);
        } else {
            waitForRequest();
        }
    }

    // The connection

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
        deadline = deadline(this::timedOut);
        deadline.after(limits.head());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.remove();
        streams.now().forEach(Stream::cut); // those that the codec could not tell
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        if (frame instanceof Http2SettingsFrame) {
            begin();
        } else if (frame instanceof Http2PingFrame ping
                && ping.ack()
                && ping.content() == GOODBYE) {
            sayLastStream();
        }
        if (begun && streams.isEmpty()) {
            waitForRequest();
        }
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void refusedStream() {
        connection.defended("max-streams");
    }

    @Override
    public void read(boolean isBetween) {
        if (!begun || !streams.isEmpty() || leaving != null || isBetween == headBegun) {
            return;
        }
        if (isBetween) {
            headBegun = true;
            deadline.after(limits.head());
        } else {
            waitForRequest();
        }
    }

    private void begin() {
        if (!begun && ownWindows) {
            widen();
        }
        begun = true;
    }

    /** Makes the connection's window as large as those of all its streams (RFC 9113 §5.2.2). */
    private void widen() {
        Http2Options options = limits.options();
        long all = Math.min(MAX_WINDOW, (long) options.maxStreams() * options.windowBytes());
        long more = all - Http2CodecUtil.DEFAULT_WINDOW_SIZE;
        try {
            codec.connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(codec.connection().connectionStream(), (int) more);
        } catch (Http2Exception overflow) {
            throw new IllegalStateException("window: " + all, overflow);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof GoAway goAway) {
            goAway(goAway);
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.failed(cause);
        if (cause instanceof Http2Exception fault) {
            refuse(fault);
        } else if (cause instanceof IOException) {
            connection.close(CloseReason.CONNECTION_CLOSED);
        } else {
            log.atWarn()
                    .addKeyValue("connection_id", connection.id())
                    .setCause(cause)
                    .log("HTTP connection failed");
            connection.close(CloseReason.INTERNAL_ERROR);
        }
    }

    /** Netty tells the peer with GOAWAY and closes. */
    private void refuse(Http2Exception fault) {
        String limit = Http2Floods.limit(fault);
        if (!limit.isEmpty()) {
            connection.defended(limit);
        }
        log.atDebug()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("error", fault.error())
                .addKeyValue("reason", fault.getMessage())
                .log("HTTP/2 connection refused");
        lastWords.expect(limit.isEmpty() ? CloseReason.BAD_REQUEST : CloseReason.TOO_MANY_REQUESTS);
    }

    private void waitForRequest() {
        if (leaving != null) {
            return;
        }
        headBegun = false;
        Duration idle = limits.options().idle();
        if (idle.isZero()) {
            deadline.never();
        } else {
            deadline.after(idle);
        }
    }

    private void timedOut() {
        if (!begun || headBegun) {
            connection.defended("header-timeout");
        }
        if (!begun) {
            connection.close(CloseReason.STALE);
            return;
        }
        if (leaving == null) {
            leaving = headBegun ? CloseReason.STALE : CloseReason.CONNECTION_CLOSED;
        }
        sayLastStream();
    }

    private void goAway(GoAway event) {
        if (leaving != null) {
            return;
        }
        leaving = event.reason();
        // First the last words of streams: there are clients, the JDK's up to 17 among them, that
        // read nothing behind a GOAWAY.
        streams.now().forEach(stream -> stream.goAway(event));
        ctx.flush();
        ctx.write(
                new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR)
                        .setExtraStreamIds(Integer.MAX_VALUE));
        ctx.writeAndFlush(new DefaultHttp2PingFrame(GOODBYE));
        deadline.after(GOODBYE_TIME);
    }

    /** Nothing that comes now was on its way when the peer read the first good-bye. */
    private void sayLastStream() {
        if (lastStreamSaid) {
            return;
        }
        var event = new GoAway(leaving);
        late.stream().flatMap(Ring.Place::thing).forEach(stream -> stream.goAway(event));
        late.clear();
        lastStreamSaid = true;
        ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        if (streams.isEmpty()) {
            connection.finish(leaving);
        }
    }

    /**
     * Gives each new stream what it needs. It stays in the stream's pipeline, where it hears of
     * nothing: a ChannelInitializer would have to be taken out of each.
     */
    @Sharable
    private final class Streams extends ChannelHandlerAdapter {

        private final Consumer<Connection> onStream;

        Streams(Consumer<Connection> onStream) {
            this.onStream = onStream;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            Channel stream = added.channel();
            stream.pipeline().addLast("stream", new Http2Frames(Http2Connection.this));
            onStream.accept(new StreamConnection(connection, stream));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.Http2Options;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Ticker;
import java.util.function.Consumer;

/**
 * Netty's frames, with the errors that RFC 9113 §5.1 asks for where Netty answers with others: a
 * head on a stream that the peer has ended, or that is long over.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http2Codec extends Http2FrameCodec {

    /** Who wants to know more than the frames. */
    interface Watch {

        /** A stream was refused, since there are as many as there may be (RFC 9113 §5.1.2). */
        void refusedStream();

        /**
         * What there was to read has been read.
         *
         * @param isBetween whether the last of it is the beginning of a frame, or of a head in
         *     several frames, the rest of which has to come
         */
        void read(boolean isBetween);
    }

    private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;
    private static final int MAX_EMPTY_DATA_FRAMES = 10;

    private static final int[] NONE = {};
    private static final int LEAST_RESET = 64;

    /** RST_STREAM and WINDOW_UPDATE have four bytes behind the nine of each frame. */
    private static final int ASIDE_BYTES = 13;

    /**
     * The streams that were reset last; what is still on its way there is no fault. A peer counts
     * them until it knows, so there are no more such than it may have open.
     */
    private int[] lastReset = NONE;

    private int resets;
    private long late; // frames that were discarded because of that

    private final SendingTurns turns;
    private Http2Floods floods;
    private Watch watch;
    private int maxStreams;
    private boolean isBetween;

    private Http2Codec(
            Http2ConnectionEncoder encoder,
            Http2ConnectionDecoder decoder,
            Http2Settings settings,
            SendingTurns turns) {
        super(encoder, decoder, settings, true, true); // good-byes are said elsewhere
        this.turns = turns;
    }

    /** One that is to be given its {@link #listener}. */
    static Http2Codec of(Http2Limits limits, Watch watch) {
        Http2Codec codec = built(limits);
        codec.watch = watch;
        codec.maxStreams = limits.options().maxStreams();
        return codec;
    }

    /** Sets who is told of frames, after they have been counted. */
    void listener(Http2FrameListener frames, Http2Limits limits, Ticker ticker) {
        floods = new Http2Floods(frames, limits, ticker);
        decoder().frameListener(floods);
    }

    private static Http2Codec built(Http2Limits limits) {
        Http2Options options = limits.options();
        int seconds = (int) Http2Limits.WINDOW.toSeconds();
        return (Http2Codec)
                new Builder()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(options.maxStreams())
                                        .maxHeaderListSize(options.maxHeaderBytes())
                                        .initialWindowSize(options.windowBytes())
                                        .connectProtocolEnabled(true)) // RFC 8441 §3
                        .validateHeaders(true)
                        .validateRequiredPseudoHeaders(true)
                        .decoderEnforceMaxRstFramesPerWindow(limits.maxResets(), seconds)
                        .encoderEnforceMaxRstFramesPerWindow(limits.maxResets(), seconds)
                        .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
                        .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
                        .build();
    }

    /** A piece of an answer is on its way. */
    void progress() {
        floods.progress();
    }

    /** Calls {@code action} with each stream whose bytes have gone a piece further. */
    void whenSent(Consumer<Http2Stream> action) {
        turns.whenSent(action);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        long before = floods.read() + late;
        boolean isAside = !isBetween && isAside((ByteBuf) bytes);
        super.channelRead(ctx, bytes);
        boolean isSilent = floods.read() + late == before;
        isBetween = actualReadableBytes() > 0 || (isSilent && !isAside);
    }

    /** Whether these are whole frames that Netty keeps to itself where their streams are over. */
    private static boolean isAside(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (end - at >= ASIDE_BYTES) {
            byte type = bytes.getByte(at + 3);
            boolean isOne =
                    type == Http2FrameTypes.RST_STREAM || type == Http2FrameTypes.WINDOW_UPDATE;
            if (!isOne || bytes.getUnsignedMedium(at) != ASIDE_BYTES - 9) {
                return false;
            }
            at += ASIDE_BYTES;
        }
        return at == end;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        super.channelReadComplete(ctx);
        watch.read(isBetween);
    }

    @Override
    public void onError(ChannelHandlerContext ctx, boolean outbound, Throwable cause) {
        if (!outbound && cause instanceof Http2Exception.StreamException fault) {
            if (isLate(fault)) {
                late++;
                return; // RFC 9113 §5.1: discarded; a reset for each would count as a flood
            }
            if (fault.error() == Http2Error.REFUSED_STREAM) {
                watch.refusedStream();
            }
            super.onError(ctx, false, asAskedFor(fault));
        } else {
            super.onError(ctx, outbound, cause);
        }
    }

    /** Whether the peer may not have known yet that we had reset the stream. */
    private boolean isLate(Http2Exception.StreamException fault) {
        return fault.error() == Http2Error.STREAM_CLOSED
                && connection().stream(fault.streamId()) == null
                && isReset(fault.streamId());
    }

    private Http2Exception asAskedFor(Http2Exception.StreamException fault) {
        Http2Stream stream = connection().stream(fault.streamId());
        if (stream == null) {
            return fault.error() == Http2Error.STREAM_CLOSED
                    ? Http2Exception.connectionError(Http2Error.STREAM_CLOSED, fault.getMessage())
                    : fault;
        }
        boolean isSecondHead =
                fault.getMessage().contains("too many headers"); // no type of its own
        return isSecondHead && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
                ? Http2Exception.streamError(
                        fault.streamId(), Http2Error.STREAM_CLOSED, fault.getMessage())
                : fault;
    }

    @Override
    public ChannelFuture resetStream(
            ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        if (lastReset.length == 0) {
            lastReset = new int[Math.max(LEAST_RESET, maxStreams)];
        }
        lastReset[resets] = streamId;
        resets = (resets + 1) % lastReset.length;
        return super.resetStream(ctx, streamId, errorCode, promise);
    }

    private boolean isReset(int streamId) {
        for (int reset : lastReset) {
            if (reset == streamId) {
                return true;
            }
        }
        return false;
    }

    private static final class Builder extends Http2FrameCodecBuilder {

        private final SendingTurns turns;

        Builder() {
            var connection = new DefaultHttp2Connection(true);
            turns = new SendingTurns(connection);
            connection
                    .remote()
                    .flowController(new DefaultHttp2RemoteFlowController(connection, turns));
            connection(connection);
        }

        @Override
        protected Http2FrameCodec build(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings) {
            return new Http2Codec(encoder, decoder, settings, turns);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.concurrent.Ticker;
import java.util.Locale;

/**
 * Counts the frames that cost work and carry nothing, and ends the connection of a peer that sends
 * too many of them (RFC 9113 §10.5).
 *
 * <p>A message, or a piece of one, in either direction begins the count anew: whoever measures the
 * delay or the bandwidth of a connection in use sends a ping for each of them.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class Http2Floods extends Http2FrameListenerDecorator {

    /** What a peer that pings too often is told (gRPC, doc/connection-backoff, gRFC A8). */
    private static final String TOO_MANY_PINGS = "too_many_pings";

    /** Pings that may come too early (gRFC A8). */
    private static final int STRIKES = 2;

    private final Ticker ticker;
    private final int maxFrames;
    private final long leastPingNanos;

    private long read;
    private int frames;
    private long windowBegan;
    private int strikes;
    private boolean hasPinged;
    private long lastPing;

    Http2Floods(Http2FrameListener listener, Http2Limits limits, Ticker ticker) {
        super(listener);
        this.ticker = ticker;
        this.maxFrames = limits.maxControlFrames();
        this.leastPingNanos = limits.options().leastPingInterval().toNanos();
    }

    /** How many frames there were, a head and its continuation being one. */
    long read() {
        return read;
    }

    /** A message has moved on. */
    void progress() {
        frames = 0;
        strikes = 0;
        hasPinged = false;
    }

    /** The limit that such an end of a connection is counted as; empty where it was none. */
    static String limit(Http2Exception cause) {
        if (cause.error() != Http2Error.ENHANCE_YOUR_CALM) {
            return "";
        }
        String text = String.valueOf(cause.getMessage());
        if (text.equals(TOO_MANY_PINGS)) {
            return "too-many-pings";
        }
        if (text.contains("RST")) {
            return "rapid-reset";
        }
        if (text.toUpperCase(Locale.ROOT).contains("CONTINUATION")) {
            return "continuation-flood";
        }
        return text.contains("empty data") ? "empty-data-flood" : "control-flood";
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end)
            throws Http2Exception {
        read++;
        if (data.isReadable()) {
            progress();
        }
        return super.onDataRead(ctx, streamId, data, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        read++;
        progress();
        super.onHeadersRead(ctx, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        read++;
        progress();
        super.onHeadersRead(ctx, streamId, headers, dependency, weight, exclusive, padding, end);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        count();
        if (leastPingNanos > 0) {
            countPing();
        }
        super.onPingRead(ctx, data);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
            throws Http2Exception {
        count();
        super.onSettingsRead(ctx, settings);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean only)
            throws Http2Exception {
        count();
        super.onPriorityRead(ctx, streamId, dependency, weight, only);
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext ctx, byte type, int streamId, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        count();
        super.onUnknownFrame(ctx, type, streamId, flags, payload);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
        read++;
        super.onSettingsAckRead(ctx);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        read++;
        super.onPingAckRead(ctx, data);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long error)
            throws Http2Exception {
        read++;
        super.onRstStreamRead(ctx, streamId, error);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
            throws Http2Exception {
        read++;
        super.onWindowUpdateRead(ctx, streamId, increment);
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int last, long error, ByteBuf data)
            throws Http2Exception {
        read++;
        super.onGoAwayRead(ctx, last, error, data);
    }

    private void count() throws Http2Exception {
        read++;
        long now = ticker.nanoTime();
        if (frames == 0 || now - windowBegan > Http2Limits.WINDOW.toNanos()) {
            windowBegan = now;
            frames = 0;
        }
        if (++frames > maxFrames) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "too many control frames");
        }
    }

    private void countPing() throws Http2Exception {
        long now = ticker.nanoTime();
        if (hasPinged && now - lastPing < leastPingNanos && ++strikes > STRIKES) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, TOO_MANY_PINGS);
        }
        hasPinged = true;
        lastPing = now;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.ConnectionEvent.Direction;
import dev.orion.net.ConnectionInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;

/**
 * Counts the bytes of one connection for as long as somebody wants to know of them, and tells each
 * turn of the event loop at once: what was read in it, and what was flushed.
 */
final class ByteCount extends ChannelDuplexHandler {

    static final String NAME = "count";

    private final LiveConnection connection;
    private final ConnectionEvents events;
    private ConnectionInfo info;
    private long read;
    private long written;

    private ByteCount(LiveConnection connection, ConnectionEvents events) {
        this.connection = connection;
        this.events = events;
        this.info = connection.info();
    }

    /** Begins to count, next to the socket, unless that has begun. Event loop. */
    static void install(LiveConnection connection, ConnectionEvents events) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        if (events.wantsData() && pipeline.get(NAME) == null) {
            pipeline.addFirst(NAME, new ByteCount(connection, events));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        read += bytes(message);
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        long bytes = read;
        read = 0;
        tell(Direction.IN, bytes);
        ctx.fireChannelReadComplete();
        leaveUnwanted(ctx);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        written += bytes(message);
        ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        long bytes = written;
        written = 0;
        tell(Direction.OUT, bytes);
        ctx.flush();
        leaveUnwanted(ctx);
    }

    private void tell(Direction direction, long bytes) {
        if (bytes == 0) {
            return;
        }
        if (!info.protocol().equals(connection.protocol())) {
            info = connection.info();
        }
        events.data(info, direction, bytes);
    }

    private void leaveUnwanted(ChannelHandlerContext ctx) {
        if (!events.wantsData() && !ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private static long bytes(Object message) {
        if (message instanceof ByteBuf buffer) {
            return buffer.readableBytes();
        }
        if (message instanceof ByteBufHolder datagram) {
            return datagram.content().readableBytes();
        }
        return message instanceof FileRegion file ? file.count() : 0;
    }
}

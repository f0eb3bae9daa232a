// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Upgrades a connection, says its first commands one after the other, then makes room for a {@link
 * Receiver}.
 */
final class Opening extends ByteToMessageDecoder {

    private static final ByteBuf HEAD_END =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("\r\n\r\n", UTF_8));
    private static final String UPGRADE =
            """
            GET /connection/websocket HTTP/1.1\r
            Host: 127.0.0.1:%d\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """;

    private final Client client;
    private final Queue<String> commands;
    private boolean upgraded;

    Opening(Client client, List<String> commands) {
        this.client = client;
        this.commands = new ArrayDeque<>(commands);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.copiedBuffer(UPGRADE.formatted(client.port()), UTF_8));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!upgraded) {
            upgraded = upgraded(ctx, in);
            return;
        }
        String reply = reply(in);
        if (reply == null) {
            return;
        }
        if (reply.contains("\"error\"") || reply.contains("\"disconnect\"")) {
            fail(ctx, "refused: " + reply);
            return;
        }
        if (!"{}".equals(reply)) {
            next(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        client.opened()
                .completeExceptionally(new BenchException("the server closed a new connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        client.opened().completeExceptionally(cause);
        ctx.close();
    }

    private boolean upgraded(ChannelHandlerContext ctx, ByteBuf in) {
        int end = ByteBufUtil.indexOf(HEAD_END, in);
        if (end < 0) {
            return false;
        }
        String head = in.readCharSequence(end + 4 - in.readerIndex(), UTF_8).toString();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            fail(ctx, "not upgraded: " + head.lines().findFirst().orElse(""));
            return false;
        }
        next(ctx);
        return true;
    }

    /** One whole frame's text, or null; the server's frames are not masked. */
    private static String reply(ByteBuf in) {
        if (in.readableBytes() < 4) {
            return null;
        }
        int start = in.readerIndex();
        int length = in.getByte(start + 1) & 0x7f;
        int header = length < 126 ? 2 : 4;
        if (length == 126) {
            length = in.getUnsignedShort(start + 2);
        }
        if (in.readableBytes() < header + length) {
            return null;
        }
        in.skipBytes(header);
        return in.readCharSequence(length, UTF_8).toString();
    }

    private void next(ChannelHandlerContext ctx) {
        String command = commands.poll();
        if (command != null) {
            ctx.writeAndFlush(WebSocketBytes.clientFrame(command));
            return;
        }
        ctx.pipeline().replace(this, "receive", new Receiver(client));
        client.opened().complete(ctx.channel());
    }

    private void fail(ChannelHandlerContext ctx, String why) {
        client.opened().completeExceptionally(new BenchException(why));
        ctx.close();
    }
}

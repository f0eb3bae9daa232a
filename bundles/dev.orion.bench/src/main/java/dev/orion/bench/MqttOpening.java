// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Connects, subscribes one filter after the other, then makes room for a {@link MqttReceiver}. */
final class MqttOpening extends ByteToMessageDecoder {

    private static final int REFUSED = 0x80; // §3.9.3

    private final Client client;
    private final int qos;
    private final Queue<String> filters;
    private int identifier;

    MqttOpening(Client client, int qos) {
        this.client = client;
        this.qos = qos;
        filters = new ArrayDeque<>(client.channels());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(MqttBytes.connect());
    }

    /** Every answer until here has a length of one byte, and ends with its code. */
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        if (in.readableBytes() < 2 || in.readableBytes() < 2 + in.getByte(start + 1)) {
            return;
        }
        int type = in.readUnsignedByte() >> 4;
        in.skipBytes(in.readByte());
        int code = in.getUnsignedByte(in.readerIndex() - 1);
        boolean expected = type == (identifier == 0 ? MqttBytes.CONNACK : MqttBytes.SUBACK);
        boolean refused = identifier == 0 ? code != 0 : code >= REFUSED;
        if (!expected || refused) {
            String why = "packet of type " + type + ", code " + code;
            client.opened().completeExceptionally(new BenchException("refused: " + why));
            ctx.close();
            return;
        }
        next(ctx);
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

    private void next(ChannelHandlerContext ctx) {
        String filter = filters.poll();
        if (filter != null) {
            ctx.writeAndFlush(MqttBytes.subscribe(++identifier, filter, qos));
            return;
        }
        ctx.pipeline().replace(this, "receive", new MqttReceiver(client));
        client.opened().complete(ctx.channel());
    }
}

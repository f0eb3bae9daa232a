// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;

/** Counts what an open client gets, and answers what has to be answered, once a turn. */
final class MqttReceiver extends ChannelInboundHandlerAdapter implements MqttScanner.Packets {

    private final MqttScanner scanner = new MqttScanner(this);
    private final Arrivals arrivals;
    private final CompletableFuture<Void> lost;
    private ChannelHandlerContext context;
    private ByteBuf answers;
    private int messages;

    MqttReceiver(Client client) {
        arrivals = client.arrivals();
        lost = client.lost();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var in = (ByteBuf) message;
        scanner.scan(in);
        in.release();
        if (messages > 0) {
            arrivals.arrived(messages);
            messages = 0;
        }
    }

    @Override
    public void packet(int type, int qos, int identifier) {
        switch (type) {
            case MqttBytes.PUBLISH -> {
                messages++;
                if (qos > 0) {
                    answer(qos == 1 ? MqttBytes.PUBACK : MqttBytes.PUBREC, identifier);
                }
            }
            case MqttBytes.PUBREC -> answer(MqttBytes.PUBREL, identifier);
            case MqttBytes.PUBREL -> answer(MqttBytes.PUBCOMP, identifier);
            default -> {
                // the end of an exchange
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (answers != null) {
            ctx.writeAndFlush(answers, ctx.voidPromise());
            answers = null;
        }
        arrivals.turnEnded();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (answers != null) {
            answers.release();
            answers = null;
        }
        lost.completeExceptionally(new BenchException("a connection was lost"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        lost.completeExceptionally(cause);
        ctx.close();
    }

    private void answer(int type, int identifier) {
        if (answers == null) {
            answers = context.alloc().directBuffer();
        }
        MqttBytes.acknowledge(answers, type, identifier);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/**
 * Clients that send a body without end to {@code /echo}, in pieces, and get it back. A unit of work
 * is a piece, in and out.
 */
final class TlsBulk extends TlsWork {

    private static final int CLIENTS = 4;
    private static final int PIECE = 64 << 10;
    private static final int AT_ONCE = 4;
    private static final long ENDLESS = 1L << 50;

    private static final byte[] HEAD =
            ("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + ENDLESS + "\r\n\r\n")
                    .getBytes(US_ASCII);

    private final ByteBuf piece = Unpooled.directBuffer(PIECE).writeZero(PIECE);
    private ClientTls tls;

    TlsBulk(Loader loader) {
        super(loader);
    }

    @Override
    void prepare(int port) {
        tls = ClientTls.strangers();
    }

    @Override
    int clients() {
        return CLIENTS;
    }

    @Override
    void fill(SocketChannel channel) {
        channel.pipeline().addLast(tls.handler(channel.alloc()), new Talk());
    }

    /** Sends as much as comes back. */
    private final class Talk extends ChannelInboundHandlerAdapter {

        private long received;
        private long answered;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion) {
                if (completion.isSuccess()) {
                    ctx.writeAndFlush(Unpooled.wrappedBuffer(HEAD), ctx.voidPromise());
                    send(ctx, AT_ONCE);
                } else {
                    fail(completion.cause());
                }
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received += ((ByteBuf) message).readableBytes();
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            long whole = received / PIECE;
            int more = (int) (whole - answered);
            answered = whole;
            if (!isRunning()) {
                ctx.close();
            } else if (more > 0) {
                count(more);
                send(ctx, more);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (isRunning()) {
                fail(new BenchException("a bulk client lost its connection"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(cause);
            ctx.close();
        }

        private void send(ChannelHandlerContext ctx, int pieces) {
            for (int each = 0; each < pieces; each++) {
                ctx.write(piece.retainedDuplicate(), ctx.voidPromise());
            }
            ctx.flush();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;

/**
 * Netty, TLS and nothing else: what comes in after the head of a request goes out after the head of
 * an answer.
 */
final class BareTlsServer {

    private static final String ANSWER = "HTTP/1.1 200 OK\r\n\r\n";

    private BareTlsServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the transport, the provider as Netty calls it, and the files of a certificate and
     *     its key
     */
    public static void main(String[] args) throws Exception {
        SslContext context =
                SslContextBuilder.forServer(new File(args[2]), new File(args[3]))
                        .sslProvider(SslProvider.valueOf(args[1]))
                        .protocols("TLSv1.2", "TLSv1.3")
                        .build();
        BareStart.ready(
                BareStart.of(args[0], "0")
                        .listen(
                                channel ->
                                        channel.pipeline()
                                                .addLast(
                                                        context.newHandler(channel.alloc()),
                                                        new Echo())));
    }

    /** The loader writes a head as one piece. */
    private static final class Echo extends ChannelInboundHandlerAdapter {

        private boolean answered;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (answered) {
                ctx.write(message, ctx.voidPromise());
                return;
            }
            answered = true;
            ((ByteBuf) message).release();
            ctx.write(Unpooled.copiedBuffer(ANSWER, US_ASCII), ctx.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable gone) {
            ctx.close();
        }
    }
}

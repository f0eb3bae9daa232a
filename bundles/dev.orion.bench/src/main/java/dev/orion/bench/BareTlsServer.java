// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;

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
        long begun = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        var transport = Transport.named(args[0]);
        SslContext context =
                SslContextBuilder.forServer(new File(args[2]), new File(args[3]))
                        .sslProvider(SslProvider.valueOf(args[1]))
                        .protocols("TLSv1.2", "TLSv1.3")
                        .build();
        Channel server =
                new ServerBootstrap()
                        .group(new MultiThreadIoEventLoopGroup(transport.handlers()))
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        context.newHandler(channel.alloc()),
                                                        new Echo());
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
        print("listening on " + ((InetSocketAddress) server.localAddress()).getPort());
        print("bare Netty ready in " + (System.currentTimeMillis() - begun) + " ms");
    }

    @SuppressWarnings("SystemOut") // the console is this program's only output
    private static void print(String line) {
        System.out.println(line);
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

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/**
 * Clients that connect, shake hands, and go, to begin again. A unit of work is one handshake, with
 * the connection that it needs.
 */
final class Handshakes extends TlsWork {

    private static final int CLIENTS = 32;
    private static final int FIRST = 2 * CLIENTS; // have no session yet, whoever they are
    private static final double MOST_STRANGERS = 0.05;

    private final boolean resumed;
    private ClientTls tls;

    /**
     * @param resumed whether they come back to their sessions
     */
    Handshakes(Loader loader, boolean resumed) {
        super(loader);
        this.resumed = resumed;
    }

    @Override
    void prepare(int port) {
        tls = resumed ? ClientTls.returning(port) : ClientTls.strangers();
    }

    @Override
    int clients() {
        return CLIENTS;
    }

    @Override
    void fill(SocketChannel channel) {
        // A reset, so that no port is kept for a connection that has ended.
        channel.config().setSoLinger(0);
        channel.pipeline().addLast(tls.handler(channel.alloc()), new Leaving());
    }

    @Override
    public double[] figures(double perSecond) {
        double share = (double) Math.max(0, tls.shown() - FIRST) / Math.max(1, done());
        if (resumed ? share > MOST_STRANGERS : share == 0) {
            throw new BenchException("handshakes with a certificate: " + share);
        }
        return super.figures(perSecond);
    }

    /** Goes when the handshake is done. */
    private final class Leaving extends ChannelInboundHandlerAdapter {

        private boolean through;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent completion)) {
                return;
            }
            if (!completion.isSuccess()) {
                fail(completion.cause());
                return;
            }
            through = true;
            count(1);
            ctx.pipeline().firstContext().close(); // without the words of TLS
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!through) {
                fail(cause);
            }
            ctx.close();
        }
    }
}

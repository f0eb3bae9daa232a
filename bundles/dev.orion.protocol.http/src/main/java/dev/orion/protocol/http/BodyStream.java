// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.ResponseStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/** The body of an answer: what is the same in every version of HTTP. */
abstract class BodyStream implements ResponseStream {

    private final ServerExchange exchange;
    private final List<Runnable> actions = new ArrayList<>(1);
    private boolean ended;
    private boolean closed;

    BodyStream(ServerExchange exchange) {
        this.exchange = exchange;
    }

    /** Writes a piece. <b>Buffer:</b> takes ownership; it is not empty. */
    abstract void writePiece(ByteBuf piece);

    abstract void writeEnd(HttpHeaders trailers);

    @Override
    public Channel channel() {
        return exchange.connection().channel();
    }

    @Override
    public void write(ByteBuf piece) {
        if (ended || !piece.isReadable()) {
            piece.release();
            return;
        }
        writePiece(piece);
    }

    @Override
    public void flush() {
        exchange.flush();
    }

    @Override
    public void end() {
        end(EmptyHttpHeaders.INSTANCE);
    }

    @Override
    public void end(HttpHeaders trailers) {
        if (ended) {
            return;
        }
        ended = true;
        actions.clear();
        writeEnd(trailers);
        exchange.streamEnded();
    }

    @Override
    public void whenClosed(Runnable action) {
        if (closed) {
            action.run();
        } else if (!ended) {
            actions.add(action);
        }
    }

    /** An answer to HEAD and its like: there is a head and never a body. */
    void withoutBody() {
        ended = true;
        closed = true;
    }

    /** The peer is gone. */
    void cut() {
        ended = true;
        runActions();
    }

    /** The server wants it to end: whoever writes it may say a last word. */
    void ask() {
        runActions();
        end();
    }

    private void runActions() {
        closed = true;
        List<Runnable> now = List.copyOf(actions);
        actions.clear();
        now.forEach(exchange::guarded);
    }
}

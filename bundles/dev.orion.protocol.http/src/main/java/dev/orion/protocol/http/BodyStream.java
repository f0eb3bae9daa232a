// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.ResponseStream;
import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The body of an answer, in chunks or up to the connection's end. */
final class BodyStream implements ResponseStream {

    private static final int COPIED_BYTES = 1024;

    private static final ByteBuf CR_LF = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

    private final ServerExchange exchange;
    private final ChunkFraming framing;
    private final List<Runnable> actions = new ArrayList<>(1);
    private boolean ended;
    private boolean closed;

    BodyStream(ServerExchange exchange, ChunkFraming framing) {
        this.exchange = exchange;
        this.framing = framing;
    }

    @Override
    public Channel channel() {
        return exchange.channel();
    }

    @Override
    public Framing framing() {
        return framing;
    }

    @Override
    public void write(ByteBuf piece) {
        if (ended || !piece.isReadable()) {
            piece.release();
            return;
        }
        Channel channel = channel();
        if (framing == ChunkFraming.UNTIL_CLOSE) {
            channel.write(piece, channel.voidPromise());
            return;
        }
        ByteBuf chunk = channel.alloc().buffer(COPIED_BYTES + 10);
        if (piece.readableBytes() <= COPIED_BYTES) {
            framing.frame(piece, chunk);
            piece.release();
            channel.write(chunk, channel.voidPromise());
            return;
        }
        ChunkFraming.head(piece.readableBytes(), chunk);
        channel.write(chunk, channel.voidPromise());
        channel.write(piece, channel.voidPromise());
        channel.write(CR_LF.duplicate(), channel.voidPromise());
    }

    @Override
    public void flush() {
        exchange.flush();
    }

    @Override
    public void end() {
        if (ended) {
            return;
        }
        ended = true;
        actions.clear();
        if (framing == ChunkFraming.CHUNKED) {
            channel().write(LAST_CHUNK.duplicate(), channel().voidPromise());
        }
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

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes).asReadOnly());
    }
}

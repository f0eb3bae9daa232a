// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.function.Consumer;

/**
 * Lets each stream send in its turn, and tells which of them has.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class SendingTurns implements StreamByteDistributor, StreamByteDistributor.Writer {

    /**
     * What a stream sends in its turn: as much as every peer takes (RFC 9113 §4.2). Netty's 1,024
     * would make sixteen frames of one. There is no regard to priorities, which §5.3 has taken
     * away.
     */
    private static final int PIECE_BYTES = 16_384;

    private final UniformStreamByteDistributor turns;
    private Consumer<Http2Stream> sent = stream -> {};
    private Writer writer; // while it is at work

    SendingTurns(Http2Connection connection) {
        turns = new UniformStreamByteDistributor(connection);
        turns.minAllocationChunk(PIECE_BYTES);
    }

    /** Calls {@code action} with each stream whose bytes have gone a piece further. */
    void whenSent(Consumer<Http2Stream> action) {
        sent = action;
    }

    @Override
    public void updateStreamableBytes(StreamState state) {
        turns.updateStreamableBytes(state);
    }

    @Override
    public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
        turns.updateDependencyTree(child, parent, weight, exclusive);
    }

    @Override
    public boolean distribute(int maxBytes, Writer to) throws Http2Exception {
        writer = to;
        return turns.distribute(maxBytes, this);
    }

    @Override
    public void write(Http2Stream stream, int bytes) {
        writer.write(stream, bytes);
        if (bytes > 0) {
            sent.accept(stream);
        }
    }
}

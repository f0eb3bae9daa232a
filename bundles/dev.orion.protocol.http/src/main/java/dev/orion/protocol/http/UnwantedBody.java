// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.BodyReader;
import io.netty.buffer.ByteBuf;

/**
 * Throws away the body of a request that has been answered, up to a limit: a peer that is still
 * sending a small one is not to be cut off for it, and not every client takes an answer that comes
 * with a reset.
 */
final class UnwantedBody implements BodyReader {

    /** How much of a body that nobody wants is read. */
    static final int MAX_BYTES = 65_536;

    private final Runnable tooMuch;
    private int bytes;

    /**
     * Creates one.
     *
     * @param tooMuch ends what the body comes with
     */
    UnwantedBody(Runnable tooMuch) {
        this.tooMuch = tooMuch;
    }

    @Override
    public void piece(ByteBuf piece) {
        bytes += piece.readableBytes();
        if (bytes > MAX_BYTES) {
            tooMuch.run();
        }
    }

    @Override
    public void end() {
        // The exchange goes on by itself.
    }
}

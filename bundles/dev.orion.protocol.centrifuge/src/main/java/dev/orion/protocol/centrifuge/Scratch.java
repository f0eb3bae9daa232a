// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * A buffer of each thread for what is written once and copied at once, so that encoding a message
 * allocates nothing.
 *
 * <p>It is on the heap and never released: the collector takes it with its thread.
 */
final class Scratch {

    private static final int USUAL_BYTES = 1024;
    private static final int MAX_KEPT_BYTES = 128 * 1024;

    /** Without leak detection, which would find what is never released. */
    private static final UnpooledByteBufAllocator UNTRACKED =
            new UnpooledByteBufAllocator(false, true);

    private static final FastThreadLocal<ByteBuf> SPARE = new FastThreadLocal<>();

    private Scratch() {}

    /** An empty buffer, until it is given back; a second one is made where the first is in use. */
    static ByteBuf borrow() {
        ByteBuf spare = SPARE.get();
        if (spare == null) {
            return UNTRACKED.heapBuffer(USUAL_BYTES);
        }
        SPARE.set(null);
        return spare.clear();
    }

    static void giveBack(ByteBuf buffer) {
        if (buffer.capacity() <= MAX_KEPT_BYTES) {
            SPARE.set(buffer);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.net.CloseReason;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The way by which commands come to a conversation from other connections.
 *
 * <p>What waits for the conversation's event loop is bounded. When it is full the conversation
 * ends: a peer that was told of success must not lose one command of many.
 *
 * <p><b>Threads:</b> any.
 */
final class Emulation {

    /** What a piece costs besides its bytes, roughly. */
    private static final int PIECE_BYTES = 128;

    private final Executor loop;
    private final Consumer<byte[]> conversation;
    private final Consumer<CloseReason> end;
    private final long maxBytes;
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile boolean full;

    /**
     * @param loop runs {@code conversation} and {@code end}
     * @param maxBytes what may wait besides the newest piece
     */
    Emulation(
            Executor loop,
            Consumer<byte[]> conversation,
            Consumer<CloseReason> end,
            long maxBytes) {
        this.loop = loop;
        this.conversation = conversation;
        this.end = end;
        this.maxBytes = maxBytes;
    }

    /** Hands commands on; false when the conversation has ended or is about to. */
    boolean take(byte[] commands) {
        if (full) {
            return false;
        }
        long cost = (long) PIECE_BYTES + commands.length;
        if (waitingBytes.getAndAdd(cost) > maxBytes) {
            full = true;
            execute(() -> end.accept(CloseReason.TOO_MANY_REQUESTS));
            return false;
        }
        return execute(
                () -> {
                    waitingBytes.addAndGet(-cost);
                    conversation.accept(commands);
                });
    }

    private boolean execute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false; // the loop is gone and all of its connections with it
        }
    }
}

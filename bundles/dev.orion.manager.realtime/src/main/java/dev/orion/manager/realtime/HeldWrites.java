// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.store.Batch;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import dev.orion.store.StoreException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What is written while one store makes room for another: what the first one did not make any more
 * is given to the second, in the same order, and whoever waits for it learns nothing of that.
 *
 * <p><b>Threads:</b> any. Stores are called under the lock, so that they get batches in the order
 * in which these are held; {@link Store#write} never blocks, and nobody is told under it.
 */
final class HeldWrites {

    /** What waits without a store, at most; more is refused. */
    static final long MAX_BYTES = 64L * 1024 * 1024;

    private final Object lock = new Object();

    /** Not known to be made. */
    private final Deque<Held> held = new ArrayDeque<>();

    private Store store; // null while there is none
    private boolean givenUp = true; // nobody waits for a store
    private long bytes;

    CompletionStage<Void> write(Batch batch) {
        var write = new Held(batch);
        Attempt attempt;
        synchronized (lock) {
            if (givenUp) {
                return refused(Reason.CLOSED, "store: has ended");
            }
            if (store == null && bytes + batch.bytes() > MAX_BYTES) {
                return refused(Reason.BUSY, "store: too much waits for the next one");
            }
            bytes += batch.bytes();
            held.add(write);
            attempt = store == null ? null : attempt(write);
        }
        if (attempt != null) {
            attempt.follow(this);
        }
        return write.done;
    }

    /** From now on batches are written there, those first that were not made until now. */
    void use(Store next) {
        List<Attempt> attempts = new ArrayList<>();
        synchronized (lock) {
            store = next;
            givenUp = false;
            for (Held write : held) {
                attempts.add(attempt(write));
            }
        }
        attempts.forEach(attempt -> attempt.follow(this));
    }

    /** The store ends; another may come. */
    void leave(Store ending) {
        synchronized (lock) {
            if (store == ending) {
                store = null;
            }
        }
    }

    /** No store comes: what waits, and what is written from now on, is refused. */
    void giveUp() {
        List<Held> lost;
        synchronized (lock) {
            store = null;
            givenUp = true;
            lost = List.copyOf(held);
            held.clear();
            bytes = 0;
        }
        lost.forEach(write -> write.done.completeExceptionally(closed()));
    }

    private Attempt attempt(Held write) {
        write.by = store;
        return new Attempt(write, store, store.write(write.batch));
    }

    private void ended(Held write, Store by, Throwable failure) {
        synchronized (lock) {
            if (write.by != by) {
                return; // another store has it by now
            }
            if (failure instanceof StoreException refusal && refusal.reason() == Reason.CLOSED) {
                write.by = null;
                if (store == by) {
                    store = null; // it is told a moment later that it ends
                }
                return;
            }
            if (!held.remove(write)) { // the first one, as a rule
                return;
            }
            bytes -= write.batch.bytes();
        }
        if (failure == null) {
            write.done.complete(null);
        } else {
            write.done.completeExceptionally(failure);
        }
    }

    private static CompletionStage<Void> refused(Reason reason, String message) {
        return CompletableFuture.failedFuture(new StoreException(reason, message));
    }

    private static StoreException closed() {
        return new StoreException(Reason.CLOSED, "store: has ended");
    }

    /** A batch that somebody waits for. */
    private static final class Held {

        private final Batch batch;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private Store by; // under the lock

        Held(Batch batch) {
            this.batch = batch;
        }
    }

    /** A batch that a store was given. */
    private record Attempt(Held write, Store by, CompletionStage<Void> stage) {

        void follow(HeldWrites writes) {
            stage.whenComplete((done, failure) -> writes.ended(write, by, failure));
        }
    }
}

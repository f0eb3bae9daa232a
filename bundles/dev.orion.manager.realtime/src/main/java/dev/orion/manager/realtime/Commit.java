// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import dev.orion.realtime.Refusal;
import dev.orion.store.Batch;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What must be stored before a publication is answered; nothing for most.
 *
 * <p><b>Threads:</b> filled and written inside the channel; {@link #whenSafe} follows it.
 */
final class Commit {

    /** A batch is not made longer than this; many sessions may want a long message. */
    private static final long FULL_BATCH_BYTES = Batch.MAX_BYTES / 2;

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private Batch.Builder changes;
    private long bytes;
    private CompletionStage<Void> written = DONE;
    private List<Part> parts;
    private Message storedMessage;
    private StoredMessage stored;
    private boolean isStoredPut;

    /** The place that a message has been given in the store with it; null for none. */
    @SuppressWarnings("ReferenceEquality") // equal messages may have been published one by one
    StoredMessage stored(Message message) {
        return message == storedMessage ? stored : null;
    }

    /** Remembers the place of the message that is now handed out. */
    void stored(Message message, StoredMessage place) {
        storedMessage = message;
        stored = place;
        isStoredPut = false;
    }

    /** Whether the message of that place is in it already; it is from now on. */
    boolean hasStored() {
        boolean has = isStoredPut;
        isStoredPut = true;
        return has;
    }

    /** Has the answer wait for something else, too. */
    void waitFor(CompletionStage<Void> other) {
        written = written == DONE ? other : written.thenCombine(other, (first, second) -> null);
    }

    /** Calls one of both when what was put last has been stored, or has not, on any thread. */
    void whenWritten(Runnable done, Runnable failed) {
        if (parts == null) {
            parts = new ArrayList<>(4);
        }
        parts.add(new Part(done, failed));
    }

    /** Whether nothing is to be stored, so that the publication can be answered at once. */
    boolean isEmpty() {
        return changes == null && written == DONE;
    }

    /** Stores a record with it; see {@link Batch.Builder#put}. */
    void put(Store store, String table, byte[] key, byte[] value) {
        builder(store, key.length + value.length).put(table, key, value);
    }

    /** Removes a record with it; see {@link Batch.Builder#remove}. */
    void remove(Store store, String table, byte[] key) {
        builder(store, key.length).remove(table, key);
    }

    private Batch.Builder builder(Store store, int more) {
        if (changes != null && bytes + more > FULL_BATCH_BYTES) {
            write(store);
        }
        if (changes == null) {
            changes = Batch.builder();
        }
        bytes += more;
        return changes;
    }

    /** Begins to write; inside, so that what one channel stores is stored in its order. */
    void write(Store store) {
        if (changes == null) {
            return;
        }
        Batch batch = changes.build();
        changes = null;
        bytes = 0;
        CompletionStage<Void> last = write(store, batch);
        tellParts(last);
        written = written == DONE ? last : written.thenCombine(last, (first, second) -> null);
    }

    private static CompletionStage<Void> write(Store store, Batch batch) {
        try {
            return store.write(batch);
        } catch (RuntimeException broken) { // a border: the store is a plug-in
            return CompletableFuture.failedFuture(broken);
        }
    }

    private void tellParts(CompletionStage<Void> stage) {
        List<Part> now = parts;
        parts = null;
        if (now != null) {
            stage.whenComplete(
                    (nothing, failure) ->
                            now.forEach(part -> (failure == null ? part.done : part.failed).run()));
        }
    }

    /** Calls one of both when it is known, on the thread of the store where that takes time. */
    void whenSafe(Runnable done, Consumer<Refusal> failed) {
        written.whenComplete(
                (nothing, failure) -> {
                    if (failure == null) {
                        done.run();
                    } else {
                        failed.accept(refusal(failure));
                    }
                });
    }

    /** Why something could not be stored, as those who ask are told. */
    static Refusal refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof StoreException stored)) {
            return Refusal.INTERNAL;
        }
        return switch (stored.reason()) {
            case FULL -> Refusal.NO_SPACE;
            case BUSY -> Refusal.TOO_MANY_REQUESTS;
            case BROKEN, CLOSED -> Refusal.INTERNAL;
        };
    }

    private record Part(Runnable done, Runnable failed) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.store.Batch;
import dev.orion.store.RecordReader;
import dev.orion.store.Store;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A store whose stages complete on the test's thread, when it says so: the event loops of embedded
 * channels stand no other thread.
 */
final class HandedOver implements Store {

    private final Store store;
    private final Queue<Runnable> done = new ConcurrentLinkedQueue<>();

    HandedOver(Store store) {
        this.store = store;
    }

    @Override
    public void load(String table, RecordReader each) {
        store.load(table, each);
    }

    @Override
    public CompletionStage<Void> write(Batch batch) {
        var mine = new CompletableFuture<Void>();
        store.write(batch)
                .whenComplete(
                        (nothing, failure) ->
                                done.add(
                                        () -> {
                                            if (failure == null) {
                                                mine.complete(null);
                                            } else {
                                                mine.completeExceptionally(failure);
                                            }
                                        }));
        return mine;
    }

    /** Completes what the store has done. */
    void run() {
        Runnable next;
        while ((next = done.poll()) != null) {
            next.run();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.Batch;
import java.util.concurrent.CompletableFuture;

/** What waits for the thread of the store. */
sealed interface Work {

    CompletableFuture<?> result();

    /** A batch to write. */
    record Write(Batch batch, CompletableFuture<Void> result) implements Work {}

    /** A question for the records of a table. */
    record Look(String table, CompletableFuture<Snapshot> result) implements Work {}

    /** The records of a table at one time; its files stay until the reader says that it is done. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Snapshot(Entry[] entries, int nameLength) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.store.Batch;
import dev.orion.store.RecordReader;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store in memory that can be slow, or full. */
final class MemoryStore implements Store {

    final Map<String, byte[]> records = new LinkedHashMap<>();
    boolean isFull;

    /** What writes complete with; null to complete at once. */
    CompletableFuture<Void> pending;

    @Override
    public void load(String table, RecordReader each) {
        records.forEach(
                (key, value) -> {
                    if (key.startsWith(table + " ")) {
                        String name = key.substring(table.length() + 1);
                        each.read(name.getBytes(StandardCharsets.UTF_8), value.clone());
                    }
                });
    }

    @Override
    public CompletionStage<Void> write(Batch batch) {
        if (isFull) {
            return CompletableFuture.failedFuture(
                    new StoreException(StoreException.Reason.FULL, "told to be full"));
        }
        for (Batch.Change change : batch.changes()) {
            String key = change.table() + " " + new String(change.key(), StandardCharsets.UTF_8);
            if (change.isRemoval()) {
                records.remove(key);
            } else {
                records.put(key, change.value());
            }
        }
        return pending != null ? pending : CompletableFuture.completedFuture(null);
    }
}

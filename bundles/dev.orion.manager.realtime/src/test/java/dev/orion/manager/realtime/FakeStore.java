// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.store.Batch;
import dev.orion.store.RecordReader;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import dev.orion.store.StoreException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store in memory that can be held up, be full, and be copied as a kill would leave it. */
final class FakeStore implements Store {

    private final Map<String, Map<ByteBuffer, byte[]>> tables = new LinkedHashMap<>();
    private final List<Held> held = new ArrayList<>();
    private Reason refuses;
    private boolean holds;
    private int writes;

    @SuppressWarnings("ByteBufferBackingArray") // keys are wrapped arrays
    @Override
    public synchronized void load(String table, RecordReader each) {
        new LinkedHashMap<>(table(table))
                .forEach((key, value) -> each.read(key.array().clone(), value.clone()));
    }

    @Override
    public CompletionStage<Void> write(Batch batch) {
        synchronized (this) {
            writes++;
            if (refuses != null) {
                return CompletableFuture.failedFuture(new StoreException(refuses, "told to"));
            }
            if (holds) {
                var done = new CompletableFuture<Void>();
                held.add(new Held(batch, done));
                return done;
            }
            apply(batch);
        }
        return CompletableFuture.completedFuture(null);
    }

    /** From now on nothing is written until {@link #goOn}. */
    synchronized void hold() {
        holds = true;
    }

    void goOn() {
        List<Held> now;
        synchronized (this) {
            holds = false;
            now = List.copyOf(held);
            held.clear();
            now.forEach(one -> apply(one.batch()));
        }
        now.forEach(one -> one.done().complete(null));
    }

    /** What waits is refused. */
    void failHeld(Reason reason) {
        List<Held> now;
        synchronized (this) {
            holds = false;
            now = List.copyOf(held);
            held.clear();
        }
        now.forEach(one -> one.done().completeExceptionally(new StoreException(reason, "told to")));
    }

    synchronized void refuse(Reason reason) {
        refuses = reason;
    }

    /** What a process that begins after a kill finds. */
    synchronized FakeStore copy() {
        var copy = new FakeStore();
        tables.forEach((name, records) -> copy.tables.put(name, new LinkedHashMap<>(records)));
        return copy;
    }

    synchronized int size(String table) {
        return table(table).size();
    }

    synchronized int records() {
        return tables.values().stream().mapToInt(Map::size).sum();
    }

    synchronized int writes() {
        return writes;
    }

    /** Changes every record of a table. */
    synchronized void damage(String table) {
        table(table).replaceAll((key, value) -> new byte[] {99});
    }

    private void apply(Batch batch) {
        for (Batch.Change change : batch.changes()) {
            ByteBuffer key = ByteBuffer.wrap(change.key());
            Map<ByteBuffer, byte[]> table = table(change.table());
            table.remove(key);
            if (!change.isRemoval()) {
                table.put(key, change.value());
            }
        }
    }

    private Map<ByteBuffer, byte[]> table(String name) {
        return tables.computeIfAbsent(name, any -> new LinkedHashMap<>());
    }

    private record Held(Batch batch, CompletableFuture<Void> done) {}
}

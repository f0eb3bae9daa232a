// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.realtime.StreamPosition;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Publications that were asked for under a key, so that asking again publishes nothing.
 *
 * <p>It keeps a bounded number of them for some minutes; when there are more, the oldest are
 * forgotten.
 *
 * <p><b>Threads:</b> any.
 */
final class Idempotency {

    // Source: centrifuge, broker_memory.go (defaultIdempotentResultExpireSeconds)
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final int maxKept;
    private final LongSupplier nanoTime;

    /** Guards {@link #kept}, which is in the order of arrival. */
    private final Object lock = new Object();

    private final Map<Key, Kept> kept = new LinkedHashMap<>();

    Idempotency(int maxKept, LongSupplier nanoTime) {
        this.maxKept = maxKept;
        this.nanoTime = nanoTime;
    }

    /** Publishes, or returns what publishing under the same key has come to, or will. */
    CompletionStage<StreamPosition> once(
            String channel, String key, Supplier<CompletionStage<StreamPosition>> publish) {
        var place = new Key(channel, key);
        var mine = new CompletableFuture<StreamPosition>();
        synchronized (lock) {
            forgetOld();
            Kept earlier = kept.get(place);
            if (earlier != null) {
                return earlier.result;
            }
            kept.put(place, new Kept(mine, nanoTime.getAsLong()));
        }
        publish.get()
                .whenComplete(
                        (position, failure) -> {
                            if (failure == null) {
                                mine.complete(position);
                            } else {
                                forget(place);
                                mine.completeExceptionally(failure);
                            }
                        });
        return mine;
    }

    private void forget(Key place) {
        synchronized (lock) {
            kept.remove(place);
        }
    }

    private void forgetOld() {
        long now = nanoTime.getAsLong();
        Iterator<Kept> oldest = kept.values().iterator();
        while (oldest.hasNext()
                && (now - oldest.next().sinceNanos >= KEPT.toNanos() || kept.size() >= maxKept)) {
            oldest.remove();
        }
    }

    private record Key(String channel, String key) {}

    private record Kept(CompletableFuture<StreamPosition> result, long sinceNanos) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.store;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tables of records, a key and a value of bytes each, that survive the end of the process.
 *
 * <p>What it holds is read as a whole when its user starts; after that the user has it in its own
 * memory, in its own form, and only writes. Two users:
 *
 * <pre>{@code
 * // Retained messages: the stage is what the publisher's acknowledgement waits for.
 * store.load("mqtt.retained", (topic, message) -> retained.put(text(topic), decode(message)));
 * store.write(Batch.builder().put("mqtt.retained", bytes(topic), encode(message)).build())
 *         .whenComplete((done, failure) -> loop.execute(() -> acknowledge(failure)));
 *
 * // A session's queue: keys are its name and a number, so records of one key never change.
 * store.load("mqtt.queue", (key, message) -> session(key).enqueue(decode(message)));
 * var batch = Batch.builder();
 * for (Session session : subscribers) {
 *     batch.put("mqtt.queue", session.nextKey(), encoded); // for all of them or for none
 * }
 * store.write(batch.build());
 * store.write(Batch.builder().remove("mqtt.queue", acknowledgedKey).build());
 * }</pre>
 *
 * <p><b>Threads:</b> any, many at once. {@link #write} never blocks; {@link #load} reads files and
 * so belongs on no event loop.
 *
 * <p><b>Ends:</b> what was accepted before the end is still written; after it everything is refused
 * with {@link StoreException.Reason#CLOSED}.
 */
@ProviderType
public interface Store {

    /**
     * Reads every record of a table, in the order in which they were last put.
     *
     * <p>It shows what all writes before this call have left, and nothing of later ones. Returns
     * when the last record was read; a table that nobody wrote to has none.
     *
     * <p><b>Threads:</b> calls {@code each} on the thread of the caller, which must not be the one
     * that completes the stages of {@link #write}.
     *
     * @throws StoreException when the records cannot be read
     */
    void load(String table, RecordReader each);

    /**
     * Makes the changes of a batch: all of them, or none where the process or the write failed.
     *
     * <p>Batches are made in the order of the calls. An empty batch changes nothing and completes
     * when everything before it is done.
     *
     * <p><b>Threads:</b> the stage completes on a thread of the store that all others wait for;
     * whoever has more to do there than a few instructions hops to a thread of its own.
     *
     * @return completes when the batch outlives the process; fails with a {@link StoreException}
     *     when it was not made
     */
    CompletionStage<Void> write(Batch batch);
}

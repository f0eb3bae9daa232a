// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.message.Message;
import dev.orion.realtime.Refusal;
import dev.orion.store.Batch;
import dev.orion.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of the sessions that outlive the process.
 *
 * <p>Keys begin with the session's number, so that they are short. A message is stored once for all
 * of the sessions it waits for, under a number of its own.
 *
 * <p><b>Threads:</b> any.
 */
final class SessionRecords {

    static final String SESSIONS = "realtime.session";
    static final String SUBSCRIPTIONS = "realtime.subscription";
    static final String MESSAGES = "realtime.message";
    static final String DELIVERIES = "realtime.delivery";
    static final String INBOUND = "realtime.inbound";

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");
    private static final byte[] PRESENT = {1};
    private static final int KEY_BYTES = 11;
    private static final long REMOVALS_BYTES = 1024 * 1024;

    private final Store store;
    private final AtomicLong lastNumber = new AtomicLong();

    SessionRecords(Store store) {
        this.store = store;
    }

    Store store() {
        return store;
    }

    /** For a session or a message; higher than all before. */
    long nextNumber() {
        return lastNumber.incrementAndGet();
    }

    /** A number that has been given before. */
    void seen(long number) {
        lastNumber.accumulateAndGet(number, Math::max);
    }

    CompletionStage<Void> put(long session, SessionRecord record) {
        return write(Batch.builder().put(SESSIONS, key(session), record.encode()));
    }

    CompletionStage<Void> put(long session, Filter filter, FilterOptions options) {
        byte[] value = new SubscriptionRecord(filter, options).encode();
        return write(Batch.builder().put(SUBSCRIPTIONS, key(session, filter), value));
    }

    CompletionStage<Void> remove(long session, Filter filter) {
        return write(Batch.builder().remove(SUBSCRIPTIONS, key(session, filter)));
    }

    /** The place of a message; it is the same for all of a commit. */
    StoredMessage place(Message message, Commit commit) {
        StoredMessage known = commit.stored(message);
        if (known != null) {
            return known;
        }
        var stored = new StoredMessage(nextNumber());
        commit.stored(message, stored);
        return stored;
    }

    /** Stores a delivery, and with the first one of a commit the message. */
    void delivery(long session, Queued entry, Commit commit) {
        if (!commit.hasStored()) {
            byte[] message = MessageRecord.encode(entry.message);
            commit.put(store, MESSAGES, key(entry.stored.number()), message);
        }
        commit.put(store, DELIVERIES, key(session, entry.id), entry.record(0).encode());
    }

    void inbound(long session, int id, Commit commit) {
        commit.put(store, INBOUND, key(session, id), PRESENT);
    }

    CompletionStage<Void> received(long session, Queued entry) {
        byte[] value = entry.record(nextNumber()).encode();
        return write(Batch.builder().put(DELIVERIES, key(session, entry.id), value));
    }

    CompletionStage<Void> released(long session, int id) {
        return write(Batch.builder().remove(INBOUND, key(session, id)));
    }

    /** Removes deliveries, and the messages that nobody else waits for; nobody waits for that. */
    void removeDeliveries(long session, Collection<Queued> gone) {
        Batch.Builder batch = Batch.builder();
        long bytes = 0;
        for (Queued entry : gone) {
            batch.remove(DELIVERIES, key(session, entry.id));
            bytes += KEY_BYTES + Long.BYTES;
            if (entry.stored.unuse()) {
                batch.remove(MESSAGES, key(entry.stored.number()));
            }
            if (bytes > REMOVALS_BYTES) {
                writeUnwatched(batch);
                batch = Batch.builder();
                bytes = 0;
            }
        }
        writeUnwatched(batch);
    }

    /** Removes a message that nobody waits for. */
    void removeMessage(StoredMessage message) {
        writeUnwatched(Batch.builder().remove(MESSAGES, key(message.number())));
    }

    /** Removes everything of a session; the session itself first, so that no half of it is left. */
    CompletionStage<Void> removeSession(
            long session,
            Collection<Filter> filters,
            List<Queued> deliveries,
            List<Integer> inbound) {
        Batch.Builder batch = Batch.builder().remove(SESSIONS, key(session));
        filters.forEach(filter -> batch.remove(SUBSCRIPTIONS, key(session, filter)));
        inbound.forEach(id -> batch.remove(INBOUND, key(session, id)));
        CompletionStage<Void> removed = write(batch);
        removeDeliveries(session, deliveries);
        return removed;
    }

    /** Removes what was found damaged or without its session. */
    void removeOrphans(String table, List<byte[]> keys) {
        Batch.Builder batch = Batch.builder();
        keys.forEach(key -> batch.remove(table, key));
        writeUnwatched(batch);
    }

    static byte[] key(long number) {
        return new BytesOut(Long.BYTES).fixed(number).toBytes();
    }

    private static byte[] key(long session, int id) {
        return new BytesOut(Long.BYTES + 2).fixed(session).put(id >> 8).put(id).toBytes();
    }

    private static byte[] key(long session, Filter filter) {
        byte[] channels = filter.channels().toString().getBytes(StandardCharsets.UTF_8);
        return new BytesOut(Long.BYTES + 8 + channels.length)
                .fixed(session)
                .text(filter.share())
                .bytes(channels)
                .toBytes();
    }

    private CompletionStage<Void> write(Batch.Builder batch) {
        try {
            return store.write(batch.build());
        } catch (RuntimeException broken) { // a border: the store is a plug-in
            return CompletableFuture.failedFuture(broken);
        }
    }

    private void writeUnwatched(Batch.Builder batch) {
        watch(write(batch));
    }

    /** Says in the log what nobody is told otherwise. */
    static void watch(CompletionStage<Void> written) {
        written.whenComplete(
                (nothing, failure) -> {
                    if (failure != null) {
                        LOG.atWarn()
                                .addKeyValue("reason", Commit.refusal(failure).text())
                                .log("Session record not written");
                    }
                });
    }

    /** Why something could not be stored, as the peer is told. */
    static Refusal refusal(Throwable failure) {
        return Commit.refusal(failure);
    }
}

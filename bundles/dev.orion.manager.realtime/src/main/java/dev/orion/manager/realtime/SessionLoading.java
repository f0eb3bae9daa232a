// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the sessions that an earlier process has left.
 *
 * <p>A record that cannot be read costs itself only: it is counted, reported and left where it is,
 * for another version may know it. What belongs to no session any more is removed.
 *
 * <p><b>Threads:</b> one, which it blocks.
 */
final class SessionLoading {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private final Sessions sessions;
    private final SessionRecords records;
    private final Channels channels;

    private final Map<Long, LastingSession> byNumber = new HashMap<>();
    private final Set<Long> unreadable = new HashSet<>();
    private final Map<Long, Stored> messages = new HashMap<>();
    private final Map<LastingSession, List<Placed>> deliveries = new HashMap<>();
    private final List<byte[]> orphans = new ArrayList<>();
    private int damaged;

    SessionLoading(Sessions sessions, SessionRecords records, Channels channels) {
        this.sessions = sessions;
        this.records = records;
        this.channels = channels;
    }

    void load() {
        try {
            read(SessionRecords.SESSIONS, this::session);
            read(SessionRecords.SUBSCRIPTIONS, this::subscription);
            read(SessionRecords.MESSAGES, this::message);
            read(SessionRecords.DELIVERIES, this::delivery);
            read(SessionRecords.INBOUND, this::inbound);
        } catch (StoreException broken) {
            LOG.atError().setCause(broken).log("Sessions not read");
        }
        place();
        if (damaged > 0) {
            LOG.atWarn().addKeyValue("records", damaged).log("Session records not readable");
        }
        if (!byNumber.isEmpty()) {
            LOG.atInfo().addKeyValue("sessions", byNumber.size()).log("Sessions loaded");
        }
        begin();
    }

    private void read(String table, BiConsumer<byte[], byte[]> each) {
        orphans.clear();
        Store store = records.store();
        store.load(
                table,
                (key, value) -> {
                    try {
                        each.accept(key, value);
                    } catch (IllegalArgumentException notOurs) {
                        damaged++;
                    }
                });
        if (!orphans.isEmpty()) {
            records.removeOrphans(table, orphans);
        }
    }

    private void session(byte[] key, byte[] value) {
        long number = number(key);
        records.seen(number);
        SessionRecord record;
        try {
            record = SessionRecord.decode(value);
        } catch (IllegalArgumentException notOurs) {
            unreadable.add(number);
            throw notOurs;
        }
        var session =
                new LastingSession(
                        record.key(),
                        record.id(),
                        number,
                        Duration.ofMillis(record.expiryMs()),
                        true,
                        sessions,
                        records);
        session.restore(record, sessions.nowMs());
        byNumber.put(number, session);
    }

    private void subscription(byte[] key, byte[] value) {
        LastingSession session = owner(new BytesIn(key).fixed(), key);
        if (session == null) {
            return;
        }
        SubscriptionRecord record = SubscriptionRecord.decode(value);
        FilterSubscription made =
                channels.filters().subscribe(session, record.filter(), record.options());
        if (made != null) {
            session.subscriptions().put(record.filter(), made);
        }
    }

    private void message(byte[] key, byte[] value) {
        long number = number(key);
        records.seen(number);
        messages.put(number, new Stored(MessageRecord.decode(value), new StoredMessage(number)));
    }

    private void delivery(byte[] key, byte[] value) {
        var in = new BytesIn(key);
        LastingSession session = owner(in.fixed(), key);
        if (session == null) {
            return;
        }
        int id = in.get() << 8 | in.get();
        in.end();
        DeliveryRecord record = DeliveryRecord.decode(value);
        Stored stored = messages.get(record.message());
        if (stored == null || id == 0) {
            throw new IllegalArgumentException("delivery without its message");
        }
        var entry =
                new Queued(
                        id,
                        stored.message(),
                        record.qos(),
                        record.retained(),
                        record.subscriptions(),
                        null,
                        stored.place());
        entry.isReceived = record.receivedAs() > 0;
        records.seen(record.receivedAs());
        stored.place().use();
        deliveries
                .computeIfAbsent(session, any -> new ArrayList<>())
                .add(new Placed(entry, Math.max(record.message(), record.receivedAs())));
    }

    private void inbound(byte[] key, byte[] value) {
        var in = new BytesIn(key);
        LastingSession session = owner(in.fixed(), key);
        if (session != null) {
            int id = in.get() << 8 | in.get();
            in.end();
            session.withInbound(ids -> ids.restore(id));
        }
    }

    /** Whose record it is; null where its session is no more, or cannot be read. */
    private LastingSession owner(long number, byte[] key) {
        LastingSession session = byNumber.get(number);
        if (session == null && !unreadable.contains(number)) {
            orphans.add(key);
        }
        return session;
    }

    private static long number(byte[] key) {
        var in = new BytesIn(key);
        long number = in.fixed();
        in.end();
        return number;
    }

    private void place() {
        deliveries.forEach(
                (session, placed) -> {
                    placed.sort(Comparator.comparingLong(Placed::order));
                    placed.forEach(one -> session.restore(one.entry()));
                });
        if (unreadable.isEmpty() && damaged == 0) {
            messages.values().stream()
                    .map(Stored::place)
                    .filter(place -> !place.isUsed())
                    .forEach(records::removeMessage);
        }
    }

    /** Gives the sessions to those who ask for them. */
    private void begin() {
        byNumber.values().stream()
                .sorted(Comparator.comparingLong(session -> session.number))
                .map(sessions::restore)
                .filter(older -> older != null)
                .forEach(sessions::end); // it ended just before the process did
        for (LastingSession session : byNumber.values()) {
            if (sessions.find(session.key) == session) {
                sessions.settle(session); // wills that are due are left to the first sweep
            }
        }
    }

    /** A message and its place. */
    private record Stored(Message message, StoredMessage place) {}

    /** A delivery and its place in the order. */
    private record Placed(Queued entry, long order) {}
}

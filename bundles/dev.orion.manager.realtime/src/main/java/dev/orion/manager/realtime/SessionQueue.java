// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.QueueLimit;
import dev.orion.message.Qos;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The deliveries of one session that are not acknowledged, in their order, and how far the present
 * connection has come with them.
 *
 * <p>Each has its id from the beginning: so the id is stored with it, once, and after a restart the
 * peer is asked again by the id that it knows. What the peer has received of exactly once stands in
 * a line of its own, in the order in which the peer said so (MQTT 5 §4.6).
 *
 * <p><b>Threads:</b> guarded by the session's lock.
 */
final class SessionQueue {

    /** Ids go round, so that one that has just become free is not used again at once. */
    static final int MAX_SIZE = QueueLimit.MAX_MESSAGES;

    private static final int MAX_ID = 0xffff;

    private final Line waiting = new Line();
    private final Line received = new Line();

    private IntObjectHashMap<Queued> byId; // made for the first; most sessions have none
    private int lastId;
    private long bytes;

    // of the present connection
    private int connection;
    private int window;
    private int inFlight;

    int size() {
        return byId == null ? 0 : byId.size();
    }

    long bytes() {
        return bytes;
    }

    int inFlight() {
        return inFlight;
    }

    /** Adds a delivery at the end, with an id that {@link #freeId} or an earlier life gave. */
    Queued add(Queued entry) {
        if (byId == null) {
            byId = new IntObjectHashMap<>(8);
        }
        if (byId.put(entry.id, entry) != null) {
            throw new IllegalArgumentException("id: " + entry.id + " (expected: a free one)");
        }
        lastId = entry.id;
        bytes += entry.bytes();
        (entry.isReceived ? received : waiting).append(entry);
        return entry;
    }

    /** An id for one more delivery; there must be room for it. */
    int freeId() {
        int id = lastId;
        do {
            id = id == MAX_ID ? 1 : id + 1;
        } while (byId != null && byId.containsKey(id));
        return id;
    }

    /** A connection begins: everything is to be sent from the first on. */
    void begin(int byConnection, int byWindow) {
        connection = byConnection;
        window = byWindow;
        inFlight = 0;
        waiting.rewind();
        received.rewind();
    }

    /**
     * Takes the next one to send; null where there is none, or it must wait.
     *
     * @param expired gets those that were taken out instead, because they are of no use any more
     */
    Queued next(long nowMs, List<Queued> expired) {
        Queued release = received.toSend;
        if (release != null) {
            received.toSend = release.next;
            send(release);
            return release;
        }
        Queued entry;
        while ((entry = waiting.toSend) != null && entry.isSafe && inFlight < window) {
            waiting.toSend = entry.next;
            if (entry.wasSent || !entry.message.isExpired(nowMs)) {
                send(entry);
                return entry;
            }
            remove(entry);
            expired.add(entry);
        }
        return null;
    }

    private void send(Queued entry) {
        if (entry.sentBy != connection) {
            inFlight++;
        }
        entry.sent(connection);
    }

    /** Takes out what the peer is done with; null where there is no such delivery. */
    Queued acknowledged(int id) {
        Queued entry = sent(id);
        if (entry != null) {
            remove(entry);
        }
        return entry;
    }

    /** Marks what the peer has received; null where there is no such delivery. */
    Queued received(int id) {
        Queued entry = sent(id);
        if (entry == null || entry.qos != Qos.EXACTLY_ONCE) {
            return null;
        }
        if (!entry.isReceived) {
            waiting.unlink(entry);
            entry.isReceived = true;
            received.append(entry);
            if (received.toSend == entry && entry.sentBy == connection) {
                received.toSend = null; // the peer asks for this release itself
            }
        }
        return entry;
    }

    private Queued sent(int id) {
        Queued entry = byId == null ? null : byId.get(id);
        return entry != null && entry.wasSent ? entry : null;
    }

    void remove(Queued entry) {
        if (byId == null || byId.get(entry.id) != entry) {
            return; // it was removed before
        }
        byId.remove(entry.id);
        bytes -= entry.bytes();
        if (entry.sentBy == connection && connection != 0) {
            inFlight--;
        }
        (entry.isReceived ? received : waiting).unlink(entry);
        if (byId.isEmpty()) {
            byId = null;
        }
    }

    /** Everything in it, what was received first. */
    List<Queued> all() {
        List<Queued> all = new ArrayList<>(size());
        received.addTo(all);
        waiting.addTo(all);
        return all;
    }

    /** Empties it. */
    List<Queued> clear() {
        List<Queued> all = all();
        all.forEach(this::remove);
        return all;
    }

    /** Entries linked to each other, and which of them is to be sent next. */
    private static final class Line {
        private Queued first;
        private Queued last;
        private Queued toSend; // null: all have been

        void append(Queued entry) {
            entry.previous = last;
            entry.next = null;
            if (last == null) {
                first = entry;
            } else {
                last.next = entry;
            }
            last = entry;
            if (toSend == null) {
                toSend = entry;
            }
        }

        void unlink(Queued entry) {
            if (toSend == entry) {
                toSend = entry.next;
            }
            if (entry.previous == null) {
                first = entry.next;
            } else {
                entry.previous.next = entry.next;
            }
            if (entry.next == null) {
                last = entry.previous;
            } else {
                entry.next.previous = entry.previous;
            }
            entry.previous = null;
            entry.next = null;
        }

        void rewind() {
            toSend = first;
        }

        void addTo(List<Queued> all) {
            for (Queued at = first; at != null; at = at.next) {
                all.add(at);
            }
        }
    }
}

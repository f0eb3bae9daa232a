// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Filter;
import dev.orion.client.QueueLimit;
import dev.orion.client.SessionBacklog;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.Will;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.realtime.ChannelRules;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * What is kept of a session from one connection to the next: who it is, what it subscribes to, what
 * is not acknowledged, and what becomes of it when no connection comes back.
 *
 * <p>At most one {@link SessionConnection} has it. From one to the next it goes through a {@link
 * Takeover}; meanwhile, and while there is none, what comes waits in the {@link SessionQueue}.
 *
 * <p><b>Threads:</b> any; a lock guards what changes, and nobody is called under it.
 */
final class LastingSession implements Inbox {

    final SessionKey key;
    final UUID id;

    /** Begins the keys of its records. */
    final long number;

    /** Its place among the deadlines; theirs to guard. */
    Deadlines.Deadline deadline;

    private final String clientId;
    private final Sessions sessions;
    private final SessionRecords records; // null where it does not outlive the process

    /** Guards everything below that changes. */
    private final Object lock = new Object();

    private final SessionQueue queue = new SessionQueue();
    private final InboundIds inbound = new InboundIds();

    /** Changed on the lane of the connection, or while there is none. */
    private final Map<Filter, FilterSubscription> subscriptions = new HashMap<>(4);

    private Overlap overlap; // changed as those are
    private volatile SessionConnection connection;
    private Duration expiry;
    private Optional<Will> will = Optional.empty();
    private Optional<QueueLimit> ownLimit = Optional.empty();
    private long dropped;
    private int connections;
    private long endedMs;
    private long sentUpTo;
    private boolean isSentUnknown; // the process ended while a connection had it
    private boolean claimed;
    private boolean ended;
    private boolean isDropping;
    private Queue<Takeover> next; // made for the first connection that has to wait

    LastingSession(
            SessionKey key,
            UUID id,
            long number,
            Duration expiry,
            boolean claimed,
            Sessions sessions,
            SessionRecords records) {
        this.key = key;
        this.id = id;
        this.clientId = id.toString();
        this.number = number;
        this.expiry = expiry;
        this.claimed = claimed;
        this.sessions = sessions;
        this.records = records;
        this.endedMs = sessions.nowMs();
    }

    // ---- as subscriptions see it

    @Override
    public Lane lane() {
        SessionConnection now = connection;
        return now == null ? null : now.lane();
    }

    @Override
    public SessionOutlet outlet() {
        SessionConnection now = connection;
        return now == null ? null : now.outlet();
    }

    @Override
    public Delivery delivery() {
        SessionConnection now = connection;
        return now == null ? null : now.delivery();
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public boolean mayReceive(ChannelRules rules) {
        return rules.subscribe().includes(key.user(), key.roles());
    }

    Origin origin() {
        return new Origin(clientId, key.user(), key.protocol());
    }

    Set<String> roles() {
        return key.roles();
    }

    SessionConnection connection() {
        return connection;
    }

    /** Where it is stored; null where it does not outlive the process. */
    SessionRecords records() {
        return records;
    }

    @Override
    public Map<Filter, FilterSubscription> subscriptions() {
        return subscriptions;
    }

    @Override
    public Overlap overlap() {
        return overlap;
    }

    @Override
    public void overlap(Overlap made) {
        overlap = made;
    }

    @Override
    public void offer(Message message, Terms terms, boolean retained, Commit commit) {
        StoredMessage place = records == null ? null : records.place(message, commit);
        SessionConnection now;
        Queued entry = null;
        boolean isFirst;
        boolean isCrowded;
        synchronized (lock) {
            if (ended) {
                return;
            }
            SessionLimits limits = limits();
            boolean isFull = !limits.hasRoom(queue, message);
            isFirst = isFull && !isDropping;
            isDropping = isFull;
            if (!isFull) {
                entry = queue.add(entry(message, terms, retained, place));
            }
            dropped += isFull ? 1 : 0;
            isCrowded = limits.isCrowded(queue);
            now = connection;
        }
        if (entry == null) {
            sessions.dropped(this, isFirst);
            return;
        }
        if (isCrowded && now != null) {
            now.askForRoom(commit);
        }
        if (records != null) {
            store(entry, commit);
        } else if (now != null) {
            now.announce();
        }
    }

    private Queued entry(Message message, Terms terms, boolean retained, StoredMessage place) {
        boolean isPublished = message.publication().retain() && terms.retainAsPublished();
        var entry =
                new Queued(
                        queue.freeId(),
                        message,
                        terms.effective(message),
                        retained || isPublished,
                        terms.ids(),
                        terms.shared(),
                        place);
        entry.isSafe = place == null;
        if (place != null) {
            place.use();
        }
        return entry;
    }

    private void store(Queued entry, Commit commit) {
        try {
            records.delivery(number, entry, commit);
        } catch (IllegalArgumentException tooLong) {
            unsafe(entry);
            throw tooLong;
        }
        commit.whenWritten(() -> safe(entry), () -> unsafe(entry));
    }

    /** A delivery has been stored. The store's thread. */
    private void safe(Queued entry) {
        SessionConnection now;
        synchronized (lock) {
            entry.isSafe = true;
            now = connection;
        }
        if (now != null) {
            now.announce();
        }
    }

    /** A delivery could not be stored: its publisher is told, and nobody gets it. */
    private void unsafe(Queued entry) {
        SessionConnection now;
        synchronized (lock) {
            queue.remove(entry);
            now = connection;
        }
        entry.stored.unuse();
        if (now != null) {
            now.announce();
        }
    }

    // ---- as its connection sees it

    /** Takes what is to be sent next; what the store is to forget goes into {@code gone}. */
    void take(SessionConnection by, int most, List<Queued> taken, List<Queued> gone) {
        long nowMs = sessions.nowMs();
        synchronized (lock) {
            if (connection != by) {
                return;
            }
            Queued entry;
            while (taken.size() < most && (entry = queue.next(nowMs, gone)) != null) {
                taken.add(entry);
                if (entry.stored != null) {
                    sentUpTo = Math.max(sentUpTo, entry.stored.number());
                }
            }
        }
    }

    /** Takes out what the peer is done with; null where there is no such delivery. */
    Queued acknowledged(int deliveryId) {
        synchronized (lock) {
            return queue.acknowledged(deliveryId);
        }
    }

    Queued received(int deliveryId) {
        synchronized (lock) {
            return queue.received(deliveryId);
        }
    }

    /** Whether so much waits in it that publishers should wait, too. */
    boolean isCrowded() {
        synchronized (lock) {
            return limits().isCrowded(queue);
        }
    }

    /** Does something with the ids under which the peer publishes. */
    <T> T withInbound(Function<InboundIds, T> work) {
        synchronized (lock) {
            return work.apply(inbound);
        }
    }

    // ---- its life

    /** What {@link #claim} says. */
    enum Claim {
        /** It is the caller's, until it is given back. */
        MINE,
        /** It is somebody else's; the caller's turn comes. */
        WAIT,
        /** It is no more. */
        ENDED
    }

    /** Whatever changes its life has claimed it: one at a time, in their order. */
    Claim claim(Takeover by) {
        synchronized (lock) {
            if (ended) {
                return Claim.ENDED;
            }
            if (claimed) {
                next = next == null ? new ArrayDeque<>(2) : next;
                next.add(by);
                return Claim.WAIT;
            }
            claimed = true;
            return Claim.MINE;
        }
    }

    /** Claims it for somebody who only looks after it while there is no connection. */
    boolean claimIfIdle() {
        synchronized (lock) {
            if (ended || claimed || connection != null) {
                return false;
            }
            claimed = true;
            return true;
        }
    }

    /** Gives it back; whose turn it is now, or null. */
    Takeover unclaim() {
        synchronized (lock) {
            Takeover first = next == null ? null : next.poll();
            claimed = false;
            return first;
        }
    }

    /** Whether no connection has had it yet. */
    boolean isNew() {
        synchronized (lock) {
            return connections == 0;
        }
    }

    /** Whether it is over while no connection has it. */
    boolean isOver(long nowMs) {
        synchronized (lock) {
            return expiry.isZero() || nowMs >= expiresMs();
        }
    }

    /** Takes the will if it is to be published now, while there is no connection. */
    Optional<Will> takeDueWill(long nowMs) {
        synchronized (lock) {
            Optional<Will> due = will.filter(last -> nowMs >= willMs(last));
            if (due.isPresent()) {
                will = Optional.empty();
            }
            return due;
        }
    }

    /** Takes the wishes of a connection that is about to have it; returns what is to be stored. */
    SessionRecord prepare(SessionSpec spec) {
        synchronized (lock) {
            expiry = spec.expiry();
            will = spec.will();
            ownLimit = spec.queue();
            return record(true);
        }
    }

    /** A connection has it. Its lane. */
    void connect(SessionConnection by, int window) {
        synchronized (lock) {
            connection = by;
            endedMs = 0;
            queue.begin(++connections, window);
        }
    }

    /**
     * Its connection has gone.
     *
     * @return whether the caller has claimed it by that; else somebody else has
     */
    boolean disconnect(boolean isGoodbye, Optional<Duration> otherExpiry) {
        synchronized (lock) {
            connection = null;
            endedMs = sessions.nowMs();
            if (isGoodbye) {
                will = Optional.empty();
            }
            if (!expiry.isZero()) {
                expiry = otherExpiry.orElse(expiry);
            }
            boolean isMine = !claimed;
            claimed = true;
            return isMine;
        }
    }

    /** The connection that was about to have it does not come. */
    void missed() {
        synchronized (lock) {
            will = Optional.empty();
            endedMs = sessions.nowMs();
            if (connections == 0) {
                expiry = Duration.ZERO;
            }
        }
    }

    /** Takes up what an earlier process has left. */
    void restore(SessionRecord record, long nowMs) {
        synchronized (lock) {
            will = record.will();
            ownLimit = record.queue();
            endedMs = record.isConnected() ? nowMs : record.endedMs();
            isSentUnknown = record.isConnected();
            sentUpTo = record.sentUpTo();
            connections = 1;
        }
    }

    /** Takes up a delivery that an earlier process has left. */
    void restore(Queued entry) {
        synchronized (lock) {
            entry.isSafe = true;
            long order = entry.stored.number();
            entry.wasSent = isSentUnknown || entry.isReceived || order <= sentUpTo;
            if (isSentUnknown) {
                sentUpTo = Math.max(sentUpTo, order); // also for the process after this one
            }
            queue.add(entry);
        }
    }

    /** What is to be stored of it while it has no connection. */
    SessionRecord record() {
        synchronized (lock) {
            return record(false);
        }
    }

    private SessionRecord record(boolean isConnected) {
        return new SessionRecord(
                key,
                id,
                millis(expiry),
                isConnected,
                isConnected ? 0 : endedMs,
                sentUpTo,
                will,
                ownLimit);
    }

    /** Ends it, and takes what is left of it. */
    Rest end() {
        synchronized (lock) {
            ended = true;
            Rest rest = new Rest(will, queue.clear(), inbound.all(), next);
            will = Optional.empty();
            next = null;
            return rest;
        }
    }

    /** When it is to be looked at while it has no connection; {@link Long#MAX_VALUE} for never. */
    long dueMs() {
        synchronized (lock) {
            return Math.min(expiresMs(), will.map(this::willMs).orElse(Long.MAX_VALUE));
        }
    }

    SessionBacklog backlog() {
        synchronized (lock) {
            return new SessionBacklog(queue.size(), queue.bytes(), dropped);
        }
    }

    /** What it may cost. */
    SessionLimits limits() {
        synchronized (lock) {
            SessionLimits ofAll = sessions.limits();
            return ownLimit.map(ofAll::with).orElse(ofAll);
        }
    }

    private long willMs(Will last) {
        return later(endedMs, last.delay());
    }

    private long expiresMs() {
        return expiry.compareTo(SessionSpec.NEVER) >= 0 ? Long.MAX_VALUE : later(endedMs, expiry);
    }

    private static long later(long ms, Duration by) {
        long more = millis(by);
        return more >= Long.MAX_VALUE - ms ? Long.MAX_VALUE : ms + more;
    }

    private static long millis(Duration duration) {
        return duration.compareTo(SessionSpec.NEVER) >= 0
                ? SessionSpec.NEVER.toMillis()
                : duration.toMillis();
    }

    /** What a session leaves behind. */
    record Rest(
            Optional<Will> will,
            List<Queued> deliveries,
            List<Integer> inbound,
            Queue<Takeover> waiting) {}
}

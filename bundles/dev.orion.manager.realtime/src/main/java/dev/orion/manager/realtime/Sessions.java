// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.OpenedSession;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.Will;
import dev.orion.net.CloseReason;
import dev.orion.store.Store;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions by key: opens them, looks after those without a connection, and ends them.
 *
 * <p><b>Threads:</b> any, but for what says otherwise.
 */
final class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private final ConcurrentHashMap<SessionKey, LastingSession> byKey = new ConcurrentHashMap<>();
    private final Set<SessionConnection> connections = ConcurrentHashMap.newKeySet();
    private final Deadlines deadlines = new Deadlines();
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong lastNumber = new AtomicLong();
    private final AtomicBoolean saidMemoryOnly = new AtomicBoolean();
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();

    private final Channels channels;
    private final Lanes lanes;
    private final Wills wills;
    private final SessionRecords records; // null where there is no store
    private volatile SessionLimits limits;

    /** Why every connection is ended, once they are. */
    private volatile Optional<CloseReason> ended = Optional.empty();

    /**
     * @param store where sessions outlive the process; null for nowhere
     */
    Sessions(Channels channels, Lanes lanes, SessionLimits limits, Store store) {
        this.channels = channels;
        this.lanes = lanes;
        this.limits = limits;
        this.wills = new Wills(channels);
        this.records = store == null ? null : new SessionRecords(store);
        if (store == null) {
            loaded.complete(null);
        }
    }

    /** Reads what an earlier process has left; nobody gets a session before. Blocks. */
    void load() {
        if (records == null) {
            return;
        }
        try {
            new SessionLoading(this, records, channels).load();
        } finally {
            loaded.complete(null);
        }
    }

    /** Completes when everything has been loaded. */
    CompletionStage<Void> loaded() {
        return loaded;
    }

    Channels channels() {
        return channels;
    }

    SessionLimits limits() {
        return limits;
    }

    void follow(SessionLimits other) {
        limits = other;
    }

    long nowMs() {
        return channels.nowMs();
    }

    Collection<LastingSession> all() {
        return Collections.unmodifiableCollection(byKey.values());
    }

    /** The connections that have a session; a view. */
    Collection<SessionConnection> connections() {
        return Collections.unmodifiableCollection(connections);
    }

    /** How many sessions wait for their time to come. */
    int deadlines() {
        return deadlines.size();
    }

    /** How many deliveries were dropped because a session had no room for them. */
    long dropped() {
        return dropped.sum();
    }

    // ---- opening

    /** See {@link dev.orion.client.Clients#openSession}. */
    void open(SessionSpec spec, SessionOutlet outlet, Reply<OpenedSession> reply) {
        Lane lane = lanes.acquire(outlet.channel().eventLoop());
        if (records == null && !spec.expiry().isZero() && !saidMemoryOnly.getAndSet(true)) {
            LOG.atInfo().log("Sessions live in memory only, there is no store");
        }
        var takeover = new Takeover(this, spec, outlet, lane, reply);
        if (loaded.isDone()) {
            takeover.claim();
        } else {
            loaded.whenComplete((nothing, failure) -> takeover.begin());
        }
    }

    boolean hasRoom() {
        return byKey.size() < limits.maxSessions();
    }

    /** The session of a key; null where there is none. */
    LastingSession find(SessionKey key) {
        return byKey.get(key);
    }

    /** A new session, claimed by the caller; null where there is one now. */
    LastingSession create(SessionKey key, SessionSpec spec) {
        SessionRecords own = spec.expiry().isZero() ? null : records;
        long number = own == null ? lastNumber.incrementAndGet() : own.nextNumber();
        var made =
                new LastingSession(key, UUID.randomUUID(), number, spec.expiry(), true, this, own);
        return byKey.putIfAbsent(key, made) == null ? made : null;
    }

    /** Takes in a session of an earlier process; the one of its key that was there, or null. */
    LastingSession restore(LastingSession session) {
        return byKey.put(session.key, session);
    }

    void forget(LastingSession session) {
        byKey.remove(session.key, session);
    }

    /** The event loop does not get the connection that it was to have. */
    void outOf(EventLoop loop) {
        lanes.release(loop);
    }

    void come(LastingSession session, SessionConnection connection) {
        deadlines.remove(session);
        connections.add(connection);
        ended.ifPresent(connection::end); // it may have come too late to be among all
    }

    void gone(SessionConnection connection, EventLoop loop) {
        connections.remove(connection);
        lanes.release(loop);
    }

    /** Subscriptions go on at the connection. Its event loop. */
    void attach(LastingSession session, SessionConnection connection) {
        if (!connection.isClosed()) {
            session.subscriptions().values().forEach(channels.filters()::attach);
        }
    }

    /** Ends every connection, and each that comes later; completes when they are told. */
    CompletionStage<Void> endAll(CloseReason reason) {
        ended = Optional.of(reason);
        return CompletableFuture.allOf(
                connections.stream()
                        .map(connection -> connection.end(reason))
                        .toArray(CompletableFuture[]::new));
    }

    // ---- without a connection

    /** The connection of a session has ended. Its event loop. */
    void disconnected(LastingSession session, boolean isGoodbye, Optional<Duration> expiry) {
        if (session.disconnect(isGoodbye, expiry)) {
            left(session);
        }
    }

    /** Looks after a session that has no connection, which the caller has claimed. */
    void left(LastingSession session) {
        long nowMs = nowMs();
        if (session.isOver(nowMs)) {
            end(session);
            return;
        }
        // A server that shuts down may publish wills when it comes back (MQTT 5 §3.1.2.5).
        Optional<Will> due = ended.isPresent() ? Optional.empty() : session.takeDueWill(nowMs);
        if (due.isPresent()) {
            publish(due.get(), session).whenComplete((done, failure) -> settle(session));
        } else {
            settle(session);
        }
    }

    /** Stores how a session is now, says when to look at it again, and gives it back. */
    void settle(LastingSession session) {
        if (session.records() != null) {
            SessionRecords.watch(session.records().put(session.number, session.record()));
        }
        deadlines.set(session, session.dueMs());
        passOn(session);
    }

    /** Gives a session back to whoever waits for it. */
    void passOn(LastingSession session) {
        Takeover next = session.unclaim();
        if (next != null) {
            next.begin();
        }
    }

    /** Ends a session that the caller has claimed, and that has no connection. */
    void end(LastingSession session) {
        LastingSession.Rest rest = session.end();
        deadlines.remove(session);
        forget(session);
        Filters filters = channels.filters();
        rest.deliveries().stream()
                .filter(Queued::mayBeHandedOn)
                .forEach(entry -> filters.handOn(entry.shared, entry.message));
        session.subscriptions().values().forEach(filters::unsubscribe);
        CompletionStage<Void> published =
                rest.will()
                        .map(will -> publish(will, session))
                        .orElse(CompletableFuture.completedStage(null));
        SessionRecords own = session.records();
        if (own != null) {
            published.whenComplete(
                    (done, failure) ->
                            SessionRecords.watch(
                                    own.removeSession(
                                            session.number,
                                            session.subscriptions().keySet(),
                                            rest.deliveries(),
                                            rest.inbound())));
        }
        if (rest.waiting() != null) {
            rest.waiting().forEach(Takeover::begin);
        }
    }

    CompletionStage<Void> publish(Will will, LastingSession session) {
        return wills.publish(will, session);
    }

    /** Looks at the sessions whose time has come. One thread. */
    void sweep() {
        connections.forEach(SessionConnection::look);
        if (!channels.hasRules()) {
            return; // a will could not be published now
        }
        for (LastingSession session : deadlines.due(nowMs())) {
            if (session.claimIfIdle()) {
                left(session);
            }
        }
    }

    // ---- limits

    /**
     * A session had no room for a message.
     *
     * @param isFirst whether it had for the one before
     */
    void dropped(LastingSession session, boolean isFirst) {
        dropped.increment();
        SessionLimits.WhenFull what = session.limits().whenFull();
        if (isFirst) {
            LOG.atWarn()
                    .addKeyValue("session", session.key.name())
                    .addKeyValue("user", session.key.user())
                    .addKeyValue("queued", session.backlog().messages())
                    .addKeyValue("dropped_by_all", dropped.sum())
                    .log("Session queue full");
        }
        if (what == SessionLimits.WhenFull.END_SESSION) {
            overflow(session);
        }
    }

    private void overflow(LastingSession session) {
        SessionConnection connection = session.connection();
        if (connection != null) {
            connection.overflow();
        } else if (session.claimIfIdle()) {
            end(session);
        }
    }
}

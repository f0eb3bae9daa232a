// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.OpenedSession;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.Will;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's way to a session, step by step, from event loop to event loop:
 *
 * <ol>
 *   <li>it claims the session of its key, a new one where there is none, or waits for its turn;
 *   <li>the connection that has the session lets go of it, on its own event loop;
 *   <li>what the standard says of wills and ends is done (MQTT 5 §3.1.2.4, §3.1.4);
 *   <li>that the session has a connection is stored;
 *   <li>the session gets the connection, the peer its answer, and then what waits.
 * </ol>
 *
 * <p><b>Threads:</b> the event loop of the new connection, but for what says otherwise.
 */
final class Takeover {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private final Sessions sessions;
    private final SessionKey key;
    private final SessionSpec spec;
    private final SessionOutlet outlet;
    private final Lane lane;
    private final Reply<OpenedSession> reply;

    Takeover(
            Sessions sessions,
            SessionSpec spec,
            SessionOutlet outlet,
            Lane lane,
            Reply<OpenedSession> reply) {
        this.sessions = sessions;
        this.key = SessionKey.of(spec);
        this.spec = spec;
        this.outlet = outlet;
        this.lane = lane;
        this.reply = reply;
    }

    /** Begins, or goes on when its turn has come. Any thread. */
    void begin() {
        if (!lane.execute(this::claim)) {
            sessions.outOf(outlet.channel().eventLoop());
        }
    }

    /** Begins at once. */
    void claim() {
        while (true) {
            LastingSession session = sessions.find(key);
            if (session == null && !sessions.hasRoom()) {
                refuse(Refusal.LIMIT_EXCEEDED);
                return;
            }
            if (session == null) {
                session = sessions.create(key, spec);
                if (session != null) {
                    store(session, false);
                    return;
                }
                continue; // somebody was quicker
            }
            switch (session.claim(this)) {
                case MINE -> {
                    disconnect(session);
                    return;
                }
                case WAIT -> {
                    return;
                }
                case ENDED -> sessions.forget(session);
            }
        }
    }

    private void disconnect(LastingSession session) {
        SessionConnection present = session.connection();
        if (present == null) {
            decide(session);
            return;
        }
        present.end(CloseReason.TAKEN_OVER)
                .whenComplete(
                        (told, failure) ->
                                goOn(
                                        session,
                                        () -> {
                                            present.abandon(); // if its event loop has ended
                                            decide(session);
                                        }));
    }

    /** Does the session go on, or does another one begin? */
    private void decide(LastingSession session) {
        long nowMs = sessions.nowMs();
        boolean isPresent = !session.isNew();
        if (isPresent && (spec.cleanStart() || session.isOver(nowMs))) {
            sessions.end(session);
            claim();
            return;
        }
        Optional<Will> due = session.takeDueWill(nowMs);
        if (due.isPresent()) {
            sessions.publish(due.get(), session)
                    .whenComplete(
                            (done, failure) -> goOn(session, () -> store(session, isPresent)));
        } else {
            store(session, isPresent);
        }
    }

    private void store(LastingSession session, boolean isPresent) {
        SessionRecord record = session.prepare(spec);
        SessionRecords records = session.records();
        if (records == null) {
            connect(session, isPresent);
            return;
        }
        records.put(session.number, record)
                .whenComplete(
                        (nothing, failure) ->
                                goOn(
                                        session,
                                        () -> {
                                            if (failure == null) {
                                                connect(session, isPresent);
                                            } else {
                                                refuse(Commit.refusal(failure));
                                                giveUp(session);
                                            }
                                        }));
    }

    private void connect(LastingSession session, boolean isPresent) {
        var connection = new SessionConnection(session, spec.client(), outlet, lane, sessions);
        session.connect(connection, spec.window());
        sessions.come(session, connection);
        try {
            reply.done(new OpenedSession(connection, isPresent));
            sessions.attach(session, connection);
        } catch (RuntimeException | Error broken) { // a border: the protocol is a plug-in
            LOG.atError().setCause(broken).log("Session not taken");
            connection.broken();
        } finally {
            connection.announce();
            if (connection.isClosed()) {
                sessions.left(session); // it has closed while it was told
            } else {
                sessions.passOn(session);
            }
        }
    }

    /** Goes on, on the event loop of the new connection. Any thread. */
    private void goOn(LastingSession session, Runnable step) {
        if (!lane.execute(step)) {
            sessions.outOf(outlet.channel().eventLoop());
            giveUp(session);
        }
    }

    /** This connection does not come; the session is as if it had come and gone. Any thread. */
    private void giveUp(LastingSession session) {
        session.missed();
        sessions.left(session);
    }

    private void refuse(Refusal refusal) {
        sessions.outOf(outlet.channel().eventLoop());
        reply.refused(refusal);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.util.concurrent.CompletableFuture;

/**
 * Slows publishers down to what a connected session takes: while half of what may wait for it does,
 * they get their answers later, and so send no more than their own windows allow.
 *
 * <p>They are read on, so two clients that publish to each other never wait for each other's
 * acknowledgements. A peer that acknowledges nothing for a second holds nobody up until it does.
 *
 * <p><b>Threads:</b> any.
 */
final class SessionRoom {

    private final LastingSession session;

    /** Guards the rest. */
    private final Object lock = new Object();

    private CompletableFuture<Void> waiting; // null while nobody waits
    private boolean isMoving = true;
    private boolean hasMoved;
    private boolean closed;

    SessionRoom(LastingSession session) {
        this.session = session;
    }

    /** Has a publication answered when there is room. */
    void askFor(Commit commit) {
        CompletableFuture<Void> room;
        synchronized (lock) {
            if (closed || !isMoving) {
                return;
            }
            if (waiting == null) {
                waiting = new CompletableFuture<>();
            }
            room = waiting;
        }
        commit.waitFor(room);
        if (!session.isCrowded()) {
            answer(); // there is room meanwhile
        }
    }

    /** The peer has acknowledged something. */
    void made() {
        boolean isAsked;
        synchronized (lock) {
            hasMoved = true;
            isMoving = true;
            isAsked = waiting != null;
        }
        if (isAsked && !session.isCrowded()) {
            answer();
        }
    }

    /** Called once a second: those who wait for a peer that does nothing have waited enough. */
    void look() {
        boolean isStuck;
        synchronized (lock) {
            isStuck = waiting != null && !hasMoved;
            if (isStuck) {
                isMoving = false;
            }
            hasMoved = false;
        }
        if (isStuck || !session.isCrowded()) {
            answer();
        }
    }

    void close() {
        synchronized (lock) {
            closed = true;
        }
        answer();
    }

    private void answer() {
        CompletableFuture<Void> now;
        synchronized (lock) {
            now = waiting;
            waiting = null;
        }
        if (now != null) {
            now.complete(null);
        }
    }
}

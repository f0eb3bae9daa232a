// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.client.ClientSession;
import dev.orion.client.Delivery;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.message.Message;
import dev.orion.net.CloseReason;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One connection to the other broker and the session here, tied together until one of them ends.
 *
 * <p><b>Threads:</b> the bridge's carries; the link and the session tell from theirs.
 */
final class Passage implements Link.Events, LocalSession.Events {

    private final Settings settings;
    private final SessionKeeper keeper;
    private final BridgeStatus status;
    private final Outbound outbound;
    private final Inbound inbound;
    private final CompletableFuture<LocalSession> session = new CompletableFuture<>();
    private final AtomicReference<String> reason = new AtomicReference<>();

    private Optional<LocalSession> opening = Optional.empty(); // the bridge's thread
    private volatile Link link;
    private volatile boolean replaced;
    private volatile boolean connected;

    Passage(
            Settings settings,
            SessionKeeper keeper,
            BridgeStatus status,
            BridgeIds ids,
            Optional<Echoes> echoes,
            Clock clock) {
        this.settings = settings;
        this.keeper = keeper;
        this.status = status;
        this.outbound = new Outbound(settings.mappings(), echoes, status, clock);
        this.inbound = new Inbound(settings.mappings(), echoes, status, ids::all, session);
    }

    /**
     * Connects and carries messages until something ends it.
     *
     * @param onSession is given the session when it is open
     */
    void carry(BridgeLife.Links links, String clientId, Consumer<ClientSession> onSession)
            throws LinkException, InterruptedException {
        link = links.make(settings, clientId, this);
        if (isOver()) {
            return; // it was aborted while there was no link
        }
        Link.Opened opened = link.open();
        try {
            LocalSession local = openSession(opened, onSession);
            for (String refused : link.subscribe(settings.mappings().in())) {
                status.refusedSubscription(refused);
            }
            connected = true;
            status.connected(opened.isPresent());
            var target = new Outbound.Target(link, opened, local);
            while (!isOver()) {
                outbound.sendNext(target);
            }
        } catch (TimeoutException late) {
            throw new LinkException("no answer of the session here");
        }
    }

    private LocalSession openSession(Link.Opened opened, Consumer<ClientSession> onSession)
            throws LinkException, InterruptedException, TimeoutException {
        int window = Math.max(1, Math.min(settings.maxInFlight(), opened.receiveMaximum()));
        LocalSession local = keeper.open(window, this);
        opening = Optional.of(local);
        onSession.accept(local.session());
        if (!opened.isPresent()) {
            SessionKeeper.get(local.releasedAll()); // the other side begins its ids anew
        }
        session.complete(local);
        keeper.subscribe(local, opened.isPresent() ? Retained.IF_NEW : Retained.ALL)
                .forEach(status::refusedSubscription);
        return local;
    }

    /** Ends it from any thread; only the first reason counts. */
    void abort(String why) {
        reason.compareAndSet(null, why);
        Link now = link;
        if (now != null) {
            now.abort(why);
        }
        outbound.wake();
    }

    /** Lets go of both ends; the bridge's thread. */
    void close(boolean forget) throws InterruptedException {
        session.completeExceptionally(new LinkException("closed")); // where it never was there
        if (opening.isPresent()) {
            try {
                SessionKeeper.get(opening.get().close(Optional.empty()));
            } catch (LinkException | TimeoutException gone) {
                abort(gone.getMessage()); // the next one takes the session over
            }
        }
        Link now = link;
        if (now != null) {
            now.close(forget);
        }
    }

    private boolean isOver() {
        return reason.get() != null;
    }

    boolean wasConnected() {
        return connected;
    }

    /** Whether somebody else has the session here. */
    boolean isReplaced() {
        return replaced;
    }

    String reason() {
        String why = reason.get();
        return why == null ? "closed" : why;
    }

    // ---- the link tells

    @Override
    public void arrived(Link from, Received received) {
        inbound.arrived(from, received);
    }

    @Override
    public void arrivedOnce(Link from, Received received) throws LinkException {
        inbound.arrivedOnce(received);
    }

    @Override
    public void released(int id) throws LinkException {
        inbound.released(id);
    }

    @Override
    public void received(int id) throws LinkException {
        inbound.received(id);
    }

    @Override
    public void acknowledged(int id, String refusal) {
        if (id > 0 && !session.isCompletedExceptionally() && session.isDone()) {
            session.join()
                    .acknowledged(id)
                    .thenAccept(
                            was -> {
                                if (was && refusal.isEmpty()) {
                                    status.out();
                                }
                            });
        }
        if (!refusal.isEmpty()) {
            status.dropped("", "refused by the other broker: " + refusal);
        }
    }

    @Override
    public void lost(Link from, String why) {
        abort(why);
    }

    // ---- the session tells

    @Override
    public void deliver(Delivery delivery) {
        outbound.deliver(delivery);
    }

    @Override
    public void release(int id) {
        outbound.release(id);
    }

    @Override
    public void deliverOnceAtMost(int mapping, Message message) {
        outbound.deliverOnceAtMost(mapping, message);
    }

    @Override
    public void ended(CloseReason why) {
        replaced = why.equals(CloseReason.TAKEN_OVER);
        abort("the session here has ended: " + why.text());
    }
}

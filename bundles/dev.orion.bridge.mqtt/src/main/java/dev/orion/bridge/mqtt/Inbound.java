// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.Publication;
import dev.orion.message.Publication.ReplyTo;
import dev.orion.message.Qos;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What the other broker sends, on its way into the channels. It is told that a message has been
 * taken only when the session here has taken it.
 *
 * <p><b>Threads:</b> those of the link, which are blocked while too much is under way.
 */
final class Inbound {

    /** So many may be on their way; then nothing more is read. */
    private static final int MOST = 1000;

    /** The session answers much faster; after this something is broken. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Semaphore room = new Semaphore(MOST);
    private final Mappings mappings;
    private final Optional<Echoes> echoes;
    private final BridgeStatus status;
    private final Supplier<Set<String>> bridges;
    private final CompletableFuture<LocalSession> session;

    /**
     * @param bridges the ids of this process' bridges
     * @param session what comes waits until it is there
     */
    Inbound(
            Mappings mappings,
            Optional<Echoes> echoes,
            BridgeStatus status,
            Supplier<Set<String>> bridges,
            CompletableFuture<LocalSession> session) {
        this.mappings = mappings;
        this.echoes = echoes;
        this.status = status;
        this.bridges = bridges;
        this.session = session;
    }

    void arrived(Link link, Received received) {
        try {
            LocalSession local = get(session);
            Optional<String> channel = channel(received);
            if (channel.isEmpty()) {
                acknowledge(link, received);
                return;
            }
            room.acquire();
            local.publish(channel.get(), publication(received))
                    .whenComplete(
                            (position, failure) -> {
                                room.release();
                                answered(link, received, channel.get(), failure);
                            });
        } catch (LinkException failed) {
            link.abort(failed.getMessage());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void answered(Link link, Received received, String channel, Throwable failure) {
        if (failure == null) {
            status.in();
        } else if (isForGood(failure) || received.publication().qos() == Qos.AT_MOST_ONCE) {
            status.dropped(channel, cause(failure).getMessage());
        } else {
            link.abort("not taken here: " + cause(failure).getMessage());
            return; // it comes again by the next connection
        }
        acknowledge(link, received);
    }

    private static void acknowledge(Link link, Received received) {
        if (received.publication().qos() == Qos.AT_LEAST_ONCE) {
            link.acknowledge(received.id());
        }
    }

    void arrivedOnce(Received received) throws LinkException {
        LocalSession local = get(session);
        Optional<String> channel = channel(received);
        if (channel.isEmpty()) {
            return;
        }
        try {
            get(local.publishOnce(received.id(), channel.get(), publication(received)));
            status.in();
        } catch (RefusedException refused) {
            if (!isForGood(refused)) {
                throw new LinkException("not taken here: " + refused.getMessage());
            }
            status.dropped(channel.get(), refused.getMessage());
        }
    }

    void released(int id) throws LinkException {
        try {
            get(get(session).released(id));
        } catch (RefusedException refused) {
            throw new LinkException("not released here: " + refused.getMessage());
        }
    }

    /** A publication of this side has reached the other one, and must not be sent again. */
    void received(int id) throws LinkException {
        boolean isKnown;
        try {
            isKnown = get(get(session).received(id));
        } catch (RefusedException refused) {
            throw new LinkException("not received here: " + refused.getMessage());
        }
        if (!isKnown) {
            throw new LinkException("the session here has gone");
        }
    }

    /** What it is called here; empty where it is not wanted. */
    private Optional<String> channel(Received received) {
        boolean hasBeenHere =
                Trail.isOver(received.publication().headers(), bridges.get())
                        || (echoes.isPresent()
                                && echoes.get()
                                        .isOne(
                                                received.topic(),
                                                received.publication().payload().array()));
        if (hasBeenHere) {
            status.looped();
            return Optional.empty();
        }
        Optional<String> channel = mappings.toLocal(received.topic());
        if (channel.isEmpty()) {
            status.dropped(received.topic(), "no mapping gives it a name");
        }
        return channel;
    }

    private Publication publication(Received received) {
        Publication given = received.publication();
        if (given.replyTo().isEmpty()) {
            return given;
        }
        ReplyTo to = given.replyTo().get();
        return new Publication(
                given.payload(),
                given.headers(),
                given.qos(),
                given.retain(),
                given.expiry(),
                Optional.of(new ReplyTo(mappings.replyToLocal(to.channel()), to.correlation())),
                given.declaredText());
    }

    /** Whether the same will be refused again, whenever it comes. */
    private static boolean isForGood(Throwable failure) {
        return cause(failure) instanceof RefusedException refused
                && !refused.refusal().isTemporary()
                && refused.refusal() != Refusal.NOT_AVAILABLE;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static <T> T get(CompletableFuture<T> stage) throws LinkException {
        try {
            return stage.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw new LinkException(Reasons.of(failed.getCause()));
        } catch (TimeoutException late) {
            throw new LinkException("no answer of the session within " + TIMEOUT.toSeconds() + "s");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LinkException("interrupted");
        }
    }
}

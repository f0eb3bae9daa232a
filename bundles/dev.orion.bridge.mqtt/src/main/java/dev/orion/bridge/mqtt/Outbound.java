// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.client.Delivery;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Publication;
import dev.orion.message.Publication.ReplyTo;
import dev.orion.message.Qos;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one connection of the session here brings, on its way to one link. What is not acknowledged
 * stays in the session, so nothing is kept here: deliveries are as many as the window lets through,
 * and of those that may be lost the newest is, where too many wait.
 *
 * <p><b>Threads:</b> the session's event loop puts in, the bridge's thread sends.
 */
final class Outbound {

    /** Messages that may be lost, and their bytes, that wait at most. */
    static final int MOST = 10_000;

    static final long MOST_BYTES = 4L * 1024 * 1024;

    private final BlockingQueue<Item> waiting = new LinkedBlockingQueue<>(); // bounded by the above
    private final AtomicInteger quickCount = new AtomicInteger();
    private final AtomicLong quickBytes = new AtomicLong();

    private final Mappings mappings;
    private final Optional<Echoes> echoes;
    private final BridgeStatus status;
    private final Clock clock;

    /**
     * @param echoes remembers what will come back, where the other broker sends it back
     */
    Outbound(Mappings mappings, Optional<Echoes> echoes, BridgeStatus status, Clock clock) {
        this.mappings = mappings;
        this.echoes = echoes;
        this.status = status;
        this.clock = clock;
    }

    /** Where messages go: a link, and the session that is told what needs no link. */
    record Target(Link link, Link.Opened opened, LocalSession session) {

        String bridge() {
            return session.session().id();
        }
    }

    void deliver(Delivery delivery) {
        waiting.add(
                new Item(
                        delivery.id(),
                        LocalSession.mapping(delivery.subscriptions()),
                        delivery.message(),
                        delivery.qos(),
                        delivery.retained(),
                        delivery.again()));
    }

    void release(int id) {
        waiting.add(Item.release(id));
    }

    void deliverOnceAtMost(int mapping, Message message) {
        long bytes = message.payload().length();
        if (quickCount.get() >= MOST || quickBytes.get() + bytes > MOST_BYTES) {
            status.dropped(message.channel(), "the other broker takes too little");
            return;
        }
        quickCount.incrementAndGet();
        quickBytes.addAndGet(bytes);
        boolean retain = message.publication().retain();
        waiting.add(new Item(0, mapping, message, Qos.AT_MOST_ONCE, retain, false));
    }

    /** Wakes the thread that sends. */
    void wake() {
        waiting.add(Item.WAKE);
    }

    /** Sends the next that waits; waits itself until there is one, or {@link #wake} is called. */
    void sendNext(Target target) throws LinkException, InterruptedException {
        Item next = waiting.take();
        if (next.message == null) {
            if (next.id > 0) {
                target.link().release(next.id);
            }
            return;
        }
        if (next.id == 0) {
            quickCount.decrementAndGet();
            quickBytes.addAndGet(-next.message.payload().length());
        }
        Optional<Sending> sending = sending(next, target);
        if (sending.isEmpty()) {
            done(next, target);
            return;
        }
        send(sending.get(), target);
    }

    private void send(Sending sending, Target target) throws LinkException {
        boolean isEchoed = mappings.comesBack(sending.topic());
        if (isEchoed && echoes.isPresent()) {
            echoes.get().expect(sending.topic(), sending.publication().payload().array());
        }
        target.link().publish(sending);
        if (sending.id() == 0) {
            status.out();
        }
    }

    /** What is made of it for the other broker; empty where it does not get it. */
    private Optional<Sending> sending(Item item, Target target) {
        Message message = item.message;
        if (Trail.isOver(message.headers(), Set.of(target.bridge()))) {
            status.looped();
            return Optional.empty();
        }
        if (!item.again && message.isExpired(clock.millis())) {
            return Optional.empty(); // as it would be if it had waited anywhere else
        }
        Optional<String> topic = mappings.toRemote(item.mapping, message.channel());
        if (topic.isEmpty()) {
            status.dropped(message.channel(), "no mapping gives it a name");
            return Optional.empty();
        }
        var sending =
                new Sending(
                        item.id,
                        topic.get(),
                        publication(message, target.bridge()),
                        item.qos,
                        item.retain,
                        item.again);
        if (sending.bytes() > target.opened().maxPacketBytes()) {
            status.dropped(message.channel(), "larger than the other broker takes");
            return Optional.empty();
        }
        return Optional.of(sending);
    }

    private Publication publication(Message message, String bridge) {
        Publication given = message.publication();
        Headers headers = Trail.with(given.headers(), bridge);
        Optional<Duration> left = given.expiry().map(expiry -> left(expiry, message.timeMs()));
        Optional<ReplyTo> replyTo =
                given.replyTo()
                        .map(
                                to ->
                                        new ReplyTo(
                                                mappings.replyToRemote(to.channel()),
                                                to.correlation()));
        return new Publication(
                given.payload(),
                headers,
                given.qos(),
                given.retain(),
                left,
                replyTo,
                given.declaredText());
    }

    private Duration left(Duration expiry, long sinceMs) {
        Duration left = expiry.minusMillis(clock.millis() - sinceMs);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static void done(Item item, Target target) {
        if (item.id > 0) {
            target.session().acknowledged(item.id);
        }
    }

    /** One delivery; without a message a release, without an id nothing at all. */
    private record Item(
            int id, int mapping, Message message, Qos qos, boolean retain, boolean again) {

        static final Item WAKE = release(0);

        static Item release(int id) {
            return new Item(id, 0, null, Qos.EXACTLY_ONCE, false, true);
        }
    }
}

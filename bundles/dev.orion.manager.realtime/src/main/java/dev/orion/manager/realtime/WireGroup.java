// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Reply;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of one channel on one event loop that share a wire form and hear the same of it.
 *
 * <p>What a turn brings is encoded once, one message behind the other, into one buffer, and each
 * client gets that buffer as one write. So the cost of a delivery falls with the load: the busier
 * the channel, the more deliveries share a write.
 */
final class WireGroup extends Group {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private static final Subscriber[] NOBODY = {};

    final LiveChannel channel;

    private final WireForm form;
    private final boolean isToldPresence;
    private final Backpressure backpressure;

    // the channel's thread
    private Node tail;

    // the lane's thread
    private Node head;
    private Subscriber[] subscribers = NOBODY;
    private int size;
    private final DeliveryBatch batch = new DeliveryBatch();

    WireGroup(Lane lane, LiveChannel channel, WireForm form, boolean isToldPresence) {
        super(lane);
        this.channel = channel;
        this.form = form;
        this.isToldPresence = isToldPresence;
        this.backpressure = new Backpressure(lane);
        this.head = new Node(null, 0);
        this.tail = head;
    }

    WireForm form() {
        return form;
    }

    /** Whether its clients asked to be told who comes and goes. */
    boolean isToldPresence() {
        return isToldPresence;
    }

    @Override
    void offer(Message message) {
        put(message, message.payload().length() + Backpressure.ITEM_BYTES);
    }

    /** Puts the news in that a client has come or gone. */
    void offer(Presence news) {
        put(news, Backpressure.ITEM_BYTES);
    }

    /** Puts a subscriber in: it gets what is put in later, and {@code begin} first. */
    void offer(Join join) {
        put(join, Backpressure.ITEM_BYTES);
    }

    /** Asks for the group's members as of this place in the order. */
    void offer(Count count) {
        put(count, Backpressure.ITEM_BYTES);
    }

    @Override
    Backpressure backpressure() {
        return backpressure;
    }

    @Override
    void abandon() {
        backpressure.abandon();
    }

    @Override
    void drain() {
        long taken = backpressure.taken();
        try {
            Node node;
            while ((node = head.next) != null) {
                Object item = node.item;
                node.item = null; // the node stays as the new head
                head = node;
                taken += node.bytes;
                takeGuarded(item);
            }
            writeBatch(false);
        } catch (RuntimeException | Error broken) {
            failed(broken);
        } finally {
            backpressure.taken(taken);
        }
    }

    /** Takes a subscriber out; nothing is delivered to it any more. */
    void remove(Subscriber gone) {
        int at = gone.index;
        if (at < 0) {
            return;
        }
        size--;
        Subscriber last = subscribers[size];
        subscribers[at] = last;
        last.index = at;
        subscribers[size] = null;
        gone.index = -1;
        if (size == 0) {
            subscribers = NOBODY;
        }
    }

    private void put(Object item, int bytes) {
        if (lane.isDead()) {
            if (item instanceof Count count) {
                count.end().run();
            }
            return; // nobody would ever take it out
        }
        Node node = new Node(item, bytes);
        backpressure.offered(bytes);
        tail.next = node;
        tail = node;
    }

    /** What fails costs itself only, not what is in the batch before it. */
    private void takeGuarded(Object item) {
        batch.mark();
        try {
            take(item);
        } catch (RuntimeException | Error broken) {
            // A border: a wire form is a plug-in's. Memory, and the direct kind above all, may come
            // back; the groups behind this one must be written either way.
            failed(broken);
            batch.rollBack();
        }
    }

    private void failed(Throwable broken) {
        LOG.atError()
                .addKeyValue("channel", channel.name())
                .setCause(broken)
                .log("Delivery failed");
    }

    private void take(Object item) {
        if (item instanceof Message message) {
            encode(message);
        } else if (item instanceof Presence news) {
            encode(news);
        } else if (item instanceof Join join) {
            writeBatch(false); // what came before is not for the new one
            begin(join);
        } else if (item instanceof Count count) {
            count(count);
        }
    }

    private void encode(Message message) {
        if (size == 0) {
            return;
        }
        form.publication(message, batch.next());
        writeWhenFull();
    }

    private void encode(Presence news) {
        if (size == 0) {
            return;
        }
        ByteBuf out = batch.next();
        if (news.joined()) {
            form.joined(channel.name(), news.member(), out);
        } else {
            form.left(channel.name(), news.member(), out);
        }
        writeWhenFull();
    }

    private void writeWhenFull() {
        if (batch.isFull()) {
            writeBatch(true);
        }
    }

    /** Hands the batch to every subscriber. */
    private void writeBatch(boolean flushNow) {
        if (batch.isEmpty()) {
            return;
        }
        ByteBuf full = batch.take();
        int lastMessageAt = batch.lastMessageAt();
        boolean isOurs = true;
        try {
            for (int i = size - 1; i > 0; i--) {
                subscribers[i]
                        .delivery()
                        .deliver(full.retainedDuplicate(), lastMessageAt, channel, flushNow);
            }
            if (size > 0) {
                isOurs = false;
                subscribers[0].delivery().deliver(full, lastMessageAt, channel, flushNow);
            }
        } finally {
            if (isOurs) {
                full.release();
            }
        }
    }

    private void begin(Join join) {
        Subscriber subscriber = join.subscriber();
        if (!subscriber.session().memberships().accept(subscriber, channel.name())) {
            subscriber.refuse(join.reply());
            return; // it has left, or is on the channel already
        }
        if (size == subscribers.length) {
            subscribers = Arrays.copyOf(subscribers, Math.max(1, size * 2));
        }
        subscriber.index = size;
        subscribers[size++] = subscriber;
        join.reply().done(join.position());
        channel.arrived(subscriber);
    }

    private void count(Count count) {
        for (int i = 0; i < size; i++) {
            count.each().accept(subscribers[i].session());
        }
        count.end().run();
    }

    /** A client has come to the channel, or gone. */
    record Presence(Member member, boolean joined) {}

    /** A subscriber that is to be in the group from this place in the order on. */
    record Join(Subscriber subscriber, Subscribed position, Reply<Subscribed> reply) {}

    /** Shows each session of the group to {@code each}, then runs {@code end}. */
    record Count(Consumer<Session> each, Runnable end) {}

    /** One item in the queue; single producer, single consumer, the consumer keeps the last one. */
    private static final class Node {
        Object item;
        final int bytes;
        volatile Node next;

        Node(Object item, int bytes) {
            this.item = item;
            this.bytes = bytes;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import dev.orion.realtime.Allowed;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.SlowPolicy;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions with one filter, of connections on one event loop, that get the same bytes.
 *
 * <p>It is to every channel that the filter matches what a {@link WireGroup} is to one: what a turn
 * brings, of all of them together, is encoded once into one buffer which each member gets as one
 * write. So a filter that matches many channels keeps nothing for each of them, and costs no more
 * writes than one that matches a single one.
 *
 * <p>Only messages that need no acknowledgement come here.
 *
 * <p><b>Threads:</b> many channels put in, the lane takes out.
 */
final class Audience extends LaneTask {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private static final Seat[] NOBODY = {};

    private final WireForm form; // null where each message has terms of its own
    private final boolean isSure;
    private final FilterSubscription only;
    private final Backpressure backpressure;

    /** How many subscriptions it has or will have; guarded by the filters. */
    int members;

    // any thread
    private final AtomicReference<Node> tail;

    // the lane's thread
    private Node head;
    private Seat[] seats = NOBODY;
    private int size;
    private final DeliveryBatch batch = new DeliveryBatch();
    private LiveChannel batchChannel; // of the newest message in the batch

    /**
     * @param form null where each message comes with its terms
     * @param isSure whether its members get what is acknowledged another way
     * @param only the one that it is for, where nobody else may share it; else null
     */
    Audience(Lane lane, WireForm form, boolean isSure, FilterSubscription only) {
        super(lane);
        this.form = form;
        this.isSure = isSure;
        this.only = only;
        this.backpressure = new Backpressure(lane);
        this.head = new Node(null, null, null);
        this.tail = new AtomicReference<>(head);
    }

    /** Whether one more subscription may share it. */
    boolean suits(Lane itsLane, WireForm itsForm, boolean itIsSure) {
        return only == null && lane == itsLane && isSure == itIsSure && form.equals(itsForm);
    }

    /** How many subscriptions get its bytes. The lane's thread. */
    int size() {
        return size;
    }

    /** Whether its members get such a message from here. */
    boolean wants(Message message) {
        return (!isSure || message.publication().qos() == Qos.AT_MOST_ONCE)
                && (only == null || !only.isOwn(message));
    }

    /** Puts a message in, from inside its channel. */
    void offer(Message message, LiveChannel channel) {
        offer(message, channel, null);
    }

    /** Puts a message in that comes on terms of its own. */
    void offer(Message message, LiveChannel channel, Terms terms) {
        if (lane.isDead()) {
            return; // nobody would ever take it out
        }
        var node = new Node(message, channel, terms);
        backpressure.offeredByOneOfMany(bytes(message));
        tail.getAndSet(node).next = node;
    }

    private static int bytes(Message message) {
        return message.payload().length() + Backpressure.ITEM_BYTES;
    }

    /** Takes a subscription in; what has been put in before is not for it. The lane's thread. */
    void add(Seat seat) {
        drain();
        if (size == seats.length) {
            seats = Arrays.copyOf(seats, Math.max(1, size * 2));
        }
        seat.index = size;
        seats[size++] = seat;
    }

    /** Takes a subscription out; nothing is delivered to it any more. The lane's thread. */
    void remove(Seat gone) {
        int at = gone.index;
        if (at < 0) {
            return;
        }
        size--;
        Seat last = seats[size];
        seats[at] = last;
        last.index = at;
        seats[size] = null;
        gone.index = -1;
        if (size == 0) {
            seats = NOBODY;
        }
    }

    @Override
    void drain() {
        long taken = backpressure.taken();
        try {
            Node node;
            while ((node = head.next) != null) {
                head = node;
                taken += bytes(node.message);
                takeGuarded(node);
                node.message = null; // the node stays as the new head
                node.channel = null;
                node.terms = null;
            }
            writeBatch(false);
        } catch (RuntimeException | Error broken) {
            failed("", broken);
        } finally {
            backpressure.taken(taken);
        }
    }

    /** What fails costs itself only, not what is in the batch before it. */
    private void takeGuarded(Node node) {
        if (size == 0) {
            return;
        }
        batch.mark();
        try {
            writeWhatCannotShareABatch(node.channel);
            batch.mark();
            encode(node);
        } catch (RuntimeException | Error broken) { // a border: a wire form is a plug-in's
            failed(node.channel.name(), broken);
            batch.rollBack();
        }
    }

    private void encode(Node node) {
        batchChannel = node.channel;
        form(node.terms).publication(node.message, batch.next());
        if (batch.isFull()) {
            writeBatch(true);
        }
    }

    private WireForm form(Terms terms) {
        return terms == null
                ? form
                : seats[0].inbox.outlet().wireForm(terms.retainAsPublished(), terms.ids());
    }

    /** Messages of several channels go out together where their rules make no difference. */
    private void writeWhatCannotShareABatch(LiveChannel next) {
        if (!batch.isEmpty()
                && batchChannel != next
                && !(isOrdinary(batchChannel.rules()) && isOrdinary(next.rules()))) {
            writeBatch(false);
        }
    }

    private static boolean isOrdinary(ChannelRules rules) {
        return rules.slow() == SlowPolicy.DISCONNECT && !isRestricted(rules);
    }

    private static boolean isRestricted(ChannelRules rules) {
        return !(rules.subscribe() instanceof Allowed.Any);
    }

    private void writeBatch(boolean flushNow) {
        if (batch.isEmpty()) {
            return;
        }
        ByteBuf full = batch.take();
        int lastMessageAt = batch.lastMessageAt();
        ChannelRules rules = batchChannel.rules();
        boolean isRestricted = isRestricted(rules);
        try {
            for (int i = size - 1; i >= 0; i--) {
                Seat to = seats[i];
                if (!isRestricted || to.inbox.mayReceive(rules)) {
                    to.delivery.deliver(
                            full.retainedDuplicate(), lastMessageAt, batchChannel, flushNow);
                }
            }
        } finally {
            full.release();
            batchChannel = null;
        }
    }

    private static void failed(String channel, Throwable broken) {
        LOG.atError().addKeyValue("channel", channel).setCause(broken).log("Delivery failed");
    }

    Backpressure backpressure() {
        return backpressure;
    }

    @Override
    void abandon() {
        backpressure.abandon();
    }

    /** One message in the queue; many producers, one consumer, which keeps the last one. */
    private static final class Node {
        private Message message;
        private LiveChannel channel;
        private Terms terms;
        private volatile Node next;

        Node(Message message, LiveChannel channel, Terms terms) {
            this.message = message;
            this.channel = channel;
            this.terms = terms;
        }
    }
}

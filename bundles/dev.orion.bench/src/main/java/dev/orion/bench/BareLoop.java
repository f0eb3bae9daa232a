// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One event loop of the bare server: gathers what a turn brings and sends it when the turn ends.
 *
 * <p><b>Threads:</b> the event loop, but for {@link Handover}, which is run by another one.
 */
final class BareLoop implements Runnable {

    static final int PING_SECONDS = 25;

    private static final int FIRST_BUFFER_BYTES = 4096;

    final int index;
    final BareTopics topics;

    private final EventLoop executor;
    private final List<BareLoop> all; // complete before the first connection comes

    private final List<BareTopics.Topic> published = new ArrayList<>();
    private final List<BareConnection> replying = new ArrayList<>();
    private final List<BareConnection> written = new ArrayList<>();
    private final List<BareConnection> open = new ArrayList<>();
    private boolean turnEnds;

    BareLoop(int index, EventLoop executor, BareTopics topics, List<BareLoop> all) {
        this.index = index;
        this.executor = executor;
        this.topics = topics;
        this.all = all;
        executor.scheduleAtFixedRate(this::ping, PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
    }

    /** Where this turn's messages of a channel go. <b>Buffer:</b> the loop keeps owning it. */
    ByteBuf turnOf(BareTopics.Topic topic, BareConnection publisher) {
        ByteBuf out = topic.turn[index];
        if (out == null) {
            out = publisher.allocator().directBuffer(FIRST_BUFFER_BYTES);
            topic.turn[index] = out;
            published.add(topic);
            endTurn();
        }
        return out;
    }

    /** The connection has got replies in this turn, its first ones. */
    void replies(BareConnection connection) {
        replying.add(connection);
        endTurn();
    }

    void opened(BareConnection connection) {
        connection.position = open.size();
        open.add(connection);
    }

    void closed(BareConnection connection) {
        BareConnection last = open.remove(open.size() - 1);
        if (last != connection) {
            last.position = connection.position;
            open.set(connection.position, last);
        }
    }

    /** The turn ends: everything that its reads have brought is here. */
    @Override
    public void run() {
        turnEnds = false;
        handOver(); // first, so that the others write while this one does
        for (int i = 0; i < published.size(); i++) {
            BareTopics.Topic topic = published.get(i);
            deliver(topic, topic.turn[index]);
            topic.turn[index] = null;
        }
        published.clear();
        for (int i = 0; i < replying.size(); i++) {
            replying.get(i).writeReplies();
            written.add(replying.get(i));
        }
        replying.clear();
        flush();
    }

    private void endTurn() {
        if (!turnEnds) {
            turnEnds = true;
            executor.execute(this); // after this turn's reads
        }
    }

    private void handOver() {
        for (BareLoop other : all) {
            if (other != this) {
                handOver(other);
            }
        }
    }

    private void handOver(BareLoop other) {
        Handover turn = null;
        for (int i = 0; i < published.size(); i++) {
            BareTopics.Topic topic = published.get(i);
            if (topic.members.get(other.index) != null) {
                turn = turn == null ? new Handover(other) : turn;
                // A copy: one reference count that two processors touch costs more.
                turn.add(topic, topic.turn[index].copy());
            }
        }
        if (turn != null) {
            other.executor.execute(turn);
        }
    }

    /** <b>Buffer:</b> takes ownership of {@code messages}. */
    private void deliver(BareTopics.Topic topic, ByteBuf messages) {
        List<BareConnection> members = topic.members.get(index);
        if (members != null) {
            for (int i = 0; i < members.size(); i++) {
                members.get(i).write(messages.retainedDuplicate());
                written.add(members.get(i));
            }
        }
        messages.release();
    }

    private void flush() {
        for (int i = 0; i < written.size(); i++) {
            written.get(i).flush();
        }
        written.clear();
    }

    private void ping() {
        open.forEach(BareConnection::ping);
    }

    /** A turn's messages for one other loop. */
    private static final class Handover implements Runnable {

        private final BareLoop to;
        private final List<BareTopics.Topic> topics = new ArrayList<>();
        private final List<ByteBuf> messages = new ArrayList<>();

        Handover(BareLoop to) {
            this.to = to;
        }

        void add(BareTopics.Topic topic, ByteBuf turn) {
            topics.add(topic);
            messages.add(turn);
        }

        @Override
        public void run() {
            for (int i = 0; i < topics.size(); i++) {
                to.deliver(topics.get(i), messages.get(i));
            }
            to.flush();
        }
    }
}

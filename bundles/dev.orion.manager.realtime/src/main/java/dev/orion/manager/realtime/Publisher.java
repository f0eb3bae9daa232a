// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Reply;
import dev.orion.message.Origin;
import dev.orion.message.Publication;
import dev.orion.protocol.Reading;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * Publishes what one client sends, answers in the order of its commands, and stops reading from it
 * while a channel has too much to do.
 *
 * <p><b>Threads:</b> the client's event loop, but for what says otherwise.
 */
final class Publisher {

    /** Publishers pause when so many tasks wait for one channel. */
    private static final int BUSY_CHANNEL = 1024;

    /** Those that go on while they are paused are refused when so many wait. */
    private static final int OVERFULL_CHANNEL = 16 * BUSY_CHANNEL;

    private final Origin origin;
    private final Channel wire;
    private final Lane lane;
    private final Channels channels;
    private final Gate gate;
    private Commit empty; // null while it is used
    private final OrderedReplies<StreamPosition> replies = new OrderedReplies<>();

    Publisher(Origin origin, Channel wire, Lane lane, Channels channels, Gate gate) {
        this.origin = origin;
        this.wire = wire;
        this.lane = lane;
        this.channels = channels;
        this.gate = gate;
    }

    void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
        publish(channel, publication, Publisher::storeNothing, reply);
    }

    private static void storeNothing(Commit commit) {}

    /**
     * Publishes and stores something else with it: both or none of them.
     *
     * @param also puts that in
     */
    void publish(
            String channel,
            Publication publication,
            Consumer<Commit> also,
            Reply<StreamPosition> reply) {
        LiveChannel live = channels.get(channel);
        ChannelRules rules = live != null ? live.rules() : gate.rules(channel);
        Reply<StreamPosition> next = replies.next(reply);
        Refusal refusal = refuses(channel, rules, publication);
        if (refusal != null) {
            next.refused(refusal);
            return;
        }
        if (live == null && !channels.needsChannel(channel, rules, publication)) {
            Commit commit = emptyCommit(); // nobody listens and nothing is kept
            also.accept(commit);
            commit.write(channels.store());
            answer(commit, StreamPosition.NONE, next);
            return;
        }
        if (live == null && !channels.hasRoom()) {
            next.refused(Refusal.LIMIT_EXCEEDED);
            return;
        }
        LiveChannel open = live != null ? live : channels.open(channel, rules);
        publish(open, rules, publication, also, next);
    }

    private Refusal refuses(String channel, ChannelRules rules, Publication publication) {
        Refusal refusal = gate.publish(channel, rules, publication);
        if (refusal == null && Reading.isPaused(wire) && isOverfull(channels.get(channel))) {
            return Refusal.TOO_MANY_REQUESTS; // its commands come by another way than the wire
        }
        return refusal;
    }

    private static boolean isOverfull(LiveChannel channel) {
        return channel != null && (channel.isOverfull() || channel.backlog() > OVERFULL_CHANNEL);
    }

    private void publish(
            LiveChannel channel,
            ChannelRules rules,
            Publication publication,
            Consumer<Commit> also,
            Reply<StreamPosition> reply) {
        if (!channel.tryEnter()) {
            publishLater(channel, rules, publication, also, reply);
            return;
        }
        Commit commit = emptyCommit();
        StreamPosition position;
        try {
            channel.begin();
            position = publish(channel, publication, also, commit);
        } finally {
            channel.leave();
        }
        channel.congested().ifPresent(pressure -> pressure.pause(this));
        answer(commit, position, reply);
    }

    private StreamPosition publish(
            LiveChannel channel, Publication publication, Consumer<Commit> also, Commit commit) {
        try {
            StreamPosition position = channel.publish(publication, origin, commit);
            also.accept(commit);
            return position;
        } finally {
            commit.write(channels.store()); // what waits for it is not left waiting
        }
    }

    /** Most publications leave theirs empty for the next. */
    private Commit emptyCommit() {
        Commit commit = empty == null ? new Commit() : empty;
        empty = null;
        return commit;
    }

    /** Answers when what is to be stored has been. */
    private void answer(Commit commit, StreamPosition position, Reply<StreamPosition> reply) {
        if (commit.isEmpty()) {
            empty = commit;
            reply.done(position);
            return;
        }
        Reply<StreamPosition> later = replies.later(reply);
        commit.whenSafe(
                () -> lane.perform(() -> later.done(position)),
                refusal -> lane.perform(() -> later.refused(refusal)));
    }

    /**
     * Somebody else is inside the channel, or has closed it: it does the work, and the answer comes
     * back here.
     */
    private void publishLater(
            LiveChannel channel,
            ChannelRules rules,
            Publication publication,
            Consumer<Commit> also,
            Reply<StreamPosition> reply) {
        Reply<StreamPosition> later = replies.later(reply);
        boolean pause = channel.backlog() > BUSY_CHANNEL;
        if (pause) {
            pauseReading();
        }
        channels.with(
                channel.name(),
                rules,
                found -> {
                    var commit = new Commit();
                    StreamPosition position = null;
                    try {
                        position = publish(found, publication, also, commit);
                    } finally {
                        StreamPosition at = position; // null: it failed
                        lane.perform(() -> published(found, commit, at, pause, later));
                    }
                });
    }

    private void published(
            LiveChannel channel,
            Commit commit,
            StreamPosition position,
            boolean wasPaused,
            Reply<StreamPosition> reply) {
        if (wasPaused) {
            Reading.resume(wire);
        }
        channel.congested().ifPresent(pressure -> pressure.pause(this));
        if (position == null) {
            reply.refused(Refusal.INTERNAL);
        } else {
            answer(commit, position, reply);
        }
    }

    void pauseReading() {
        Reading.pause(wire);
    }

    /** Any thread. */
    void resumeReading() {
        lane.perform(() -> Reading.resume(wire));
    }
}

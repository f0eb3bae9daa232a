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
    private final OrderedReplies<StreamPosition> replies = new OrderedReplies<>();

    Publisher(Origin origin, Channel wire, Lane lane, Channels channels, Gate gate) {
        this.origin = origin;
        this.wire = wire;
        this.lane = lane;
        this.channels = channels;
        this.gate = gate;
    }

    void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
        LiveChannel live = channels.get(channel);
        ChannelRules rules = live != null ? live.rules() : gate.rules(channel);
        Reply<StreamPosition> next = replies.next(reply);
        Refusal refusal = refuses(channel, rules, publication);
        if (refusal != null) {
            next.refused(refusal);
            return;
        }
        if (live == null && Gate.needsNoChannel(rules)) {
            next.done(StreamPosition.NONE); // nobody listens and nothing is kept
            return;
        }
        LiveChannel open = live != null ? live : channels.open(channel, rules);
        publish(open, rules, publication, next);
    }

    private Refusal refuses(String channel, ChannelRules rules, Publication publication) {
        Refusal refusal = gate.publish(channel, rules, publication.payload());
        if (refusal == null && Reading.isPaused(wire) && isOverfull(channels.get(channel))) {
            return Refusal.TOO_MANY_REQUESTS; // its commands come by another way than the wire
        }
        return refusal;
    }

    private static boolean isOverfull(LiveChannel channel) {
        return channel != null
                && (channel.groups().isOverfull() || channel.backlog() > OVERFULL_CHANNEL);
    }

    private void publish(
            LiveChannel channel,
            ChannelRules rules,
            Publication publication,
            Reply<StreamPosition> reply) {
        if (!channel.tryEnter()) {
            publishLater(channel, rules, publication, reply);
            return;
        }
        StreamPosition position;
        try {
            channel.begin();
            position = channel.publish(publication, origin);
        } finally {
            channel.leave();
        }
        channel.groups().congested().ifPresent(group -> group.pause(this));
        reply.done(position);
    }

    /**
     * Somebody else is inside the channel, or has closed it: it does the work, and the answer comes
     * back here.
     */
    private void publishLater(
            LiveChannel channel,
            ChannelRules rules,
            Publication publication,
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
                    StreamPosition position = null;
                    try {
                        position = found.publish(publication, origin);
                    } finally {
                        StreamPosition at = position; // null: it failed
                        lane.perform(() -> published(found, at, pause, later));
                    }
                });
    }

    private void published(
            LiveChannel channel,
            StreamPosition position,
            boolean wasPaused,
            Reply<StreamPosition> reply) {
        if (wasPaused) {
            Reading.resume(wire);
        }
        channel.groups().congested().ifPresent(group -> group.pause(this));
        if (position == null) {
            reply.refused(Refusal.INTERNAL);
        } else {
            reply.done(position);
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

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.Refusal;
import java.util.HashMap;
import java.util.Map;

/**
 * The channels that one client is on, or on its way to, by its own wish or the server's.
 *
 * <p>A channel and its client meet half-way: the channel puts a {@link Subscriber} into a group,
 * and the group asks here before it takes it in.
 *
 * <p><b>Threads:</b> the client's event loop, but for what says otherwise.
 */
final class Memberships {

    private final Session session;
    private final Outlet outlet;
    private final Channels channels;
    private final Map<String, Subscriber> subscribers = new HashMap<>(2);
    private int own;
    private boolean closed;

    Memberships(Session session, Outlet outlet, Channels channels) {
        this.session = session;
        this.outlet = outlet;
        this.channels = channels;
    }

    boolean contains(String channel) {
        return subscribers.containsKey(channel);
    }

    /** Any thread, for people. */
    int size() {
        return subscribers.size();
    }

    /** How many of them the client itself asked for. */
    int own() {
        return own;
    }

    /** Puts the client on a channel that it is not on, by its own wish. */
    void subscribe(
            String channel, ChannelRules rules, SubscribeOptions options, Reply<Subscribed> reply) {
        own++;
        subscribe(channel, rules, new Subscriber(session, false), options, reply);
    }

    /** Takes the client off a channel; whether it was on it. */
    boolean unsubscribe(String channel) {
        Subscriber subscriber = subscribers.remove(channel);
        if (subscriber == null) {
            return false;
        }
        if (!subscriber.isByServer()) {
            own--;
        }
        leave(channel, subscriber);
        return true;
    }

    /** Puts the client on a channel by the server's wish, if it is not; whether it was not. */
    boolean subscribeByServer(String channel, ChannelRules rules) {
        if (closed || contains(channel)) {
            return false;
        }
        var subscriber = new Subscriber(session, true);
        subscribe(channel, rules, subscriber, SubscribeOptions.NONE, tellOutlet(channel));
        return true;
    }

    /** Takes the client off a channel by the server's wish; whether it was on it. */
    boolean unsubscribeByServer(String channel) {
        if (closed || !unsubscribe(channel)) {
            return false;
        }
        outlet.unsubscribed(channel);
        return true;
    }

    /** Puts the client on a channel by the server's wish. Inside the channel. */
    void invite(LiveChannel channel) {
        channel.subscribe(
                new Subscriber(session, true), SubscribeOptions.NONE, tellOutlet(channel.name()));
    }

    /**
     * Whether the client takes a subscriber that its group is about to take in.
     *
     * <p>An invited one is new here: it is refused when the client is on the channel already.
     */
    boolean accept(Subscriber subscriber, String channel) {
        if (closed || subscriber.isCancelled()) {
            drop(subscriber, channel);
            return false;
        }
        Subscriber known = subscribers.putIfAbsent(channel, subscriber);
        if (known != null && known != subscriber) {
            drop(subscriber, channel);
            return false;
        }
        return true;
    }

    /** Leaves every channel, and goes on none any more. */
    void close() {
        closed = true;
        subscribers.forEach(this::leave);
        subscribers.clear();
    }

    private void subscribe(
            String channel,
            ChannelRules rules,
            Subscriber subscriber,
            SubscribeOptions options,
            Reply<Subscribed> reply) {
        subscribers.put(channel, subscriber);
        channels.with(channel, rules, found -> found.subscribe(subscriber, options, reply));
    }

    private void leave(String channel, Subscriber subscriber) {
        subscriber.cancel();
        if (subscriber.index >= 0) {
            subscriber.delivery().forget(subscriber.group.channel);
            subscriber.group.remove(subscriber);
        }
        drop(subscriber, channel);
    }

    /** Tells the channel that a subscriber is not wanted any more. */
    private void drop(Subscriber subscriber, String channel) {
        subscriber.cancel();
        channels.ifLive(channel, found -> found.unsubscribe(subscriber));
    }

    private Reply<Subscribed> tellOutlet(String channel) {
        return new Reply<>() {
            @Override
            public void done(Subscribed position) {
                outlet.subscribed(channel, position);
            }

            @Override
            public void refused(Refusal refusal) {
                throw new IllegalStateException("the server itself is never refused: " + refusal);
            }
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.realtime.ChannelRules;
import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The live channels by name. <b>Threads:</b> any. */
final class Channels {

    private final ConcurrentHashMap<String, LiveChannel> live = new ConcurrentHashMap<>();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final LongAdder keptBytes = new LongAdder();
    private final Clock clock;
    private volatile RuleBook book = RuleBook.EMPTY;
    private volatile Settings settings;

    Channels(Clock clock, Settings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    long nowMs() {
        return clock.millis();
    }

    LongAdder keptBytes() {
        return keptBytes;
    }

    Settings settings() {
        return settings;
    }

    /** The sessions that are open; a view. */
    Set<Session> sessions() {
        return sessions;
    }

    Collection<LiveChannel> all() {
        return Collections.unmodifiableCollection(live.values());
    }

    /** The channel if it is live; null else. */
    LiveChannel get(String name) {
        return live.get(name);
    }

    /** The rules of a channel, live or not. */
    Optional<ChannelRules> rules(String name) {
        LiveChannel channel = live.get(name);
        return channel != null ? Optional.of(channel.rules()) : configuredRules(name);
    }

    /** The rules that a channel has if it comes alive now. */
    Optional<ChannelRules> configuredRules(String name) {
        return book.find(name);
    }

    /** Whether one more channel may come alive. */
    boolean hasRoom() {
        return live.size() < settings.maxChannels() && keptBytes.sum() < settings.maxHistoryBytes();
    }

    /** Does {@code work} inside a channel, which comes alive if it was not. */
    void with(String name, ChannelRules rules, Consumer<LiveChannel> work) {
        boolean taken;
        do {
            taken = submit(open(name, rules), work);
        } while (!taken);
    }

    /** Does {@code work} inside a channel if it is live. */
    void ifLive(String name, Consumer<LiveChannel> work) {
        LiveChannel channel = live.get(name);
        if (channel != null) {
            submit(channel, work);
        }
    }

    private boolean submit(LiveChannel channel, Consumer<LiveChannel> work) {
        boolean taken =
                channel.submit(
                        () -> {
                            channel.begin();
                            work.accept(channel);
                        });
        if (!taken) {
            remove(channel); // whoever has closed it may not have come to that yet
        }
        return taken;
    }

    /** The channel, which comes alive if it was not. */
    LiveChannel open(String name, ChannelRules rules) {
        LiveChannel present = live.get(name);
        return present != null
                ? present
                : live.computeIfAbsent(name, key -> new LiveChannel(key, rules, this));
    }

    void remove(LiveChannel channel) {
        live.remove(channel.name(), channel);
    }

    /** Puts every session on a broadcast channel. Inside the channel. */
    void invite(LiveChannel channel) {
        for (Session session : sessions) {
            session.memberships().invite(channel);
        }
    }

    /** Takes a new session in; it is put on every live broadcast channel. The session's loop. */
    void join(Session session) {
        sessions.add(session);
        for (LiveChannel channel : live.values()) {
            if (channel.isBroadcast()) {
                with(channel.name(), channel.rules(), session.memberships()::invite);
            }
        }
    }

    void leave(Session session) {
        sessions.remove(session);
    }

    /** Goes on by other rules; live channels that they concern change at once. */
    void follow(RuleBook other) {
        book = other;
        for (LiveChannel channel : live.values()) {
            Optional<ChannelRules> rules = other.find(channel.name());
            if (rules.isPresent() && !rules.get().equals(channel.rules())) {
                ifLive(channel.name(), found -> found.follow(rules.get()));
            }
        }
    }

    void follow(Settings other) {
        settings = other;
    }

    /** Lets go kept messages that are too old, and channels that have nothing left. */
    void expire() {
        for (LiveChannel channel : live.values()) {
            if (channel.maySweep()) {
                ifLive(channel.name(), LiveChannel::expire);
            }
        }
    }

    /**
     * What the whole of the channels may cost.
     *
     * @param maxChannels live channels at most
     * @param maxHistoryBytes kept messages of all channels, in memory, at most
     * @param maxChannelsPerClient channels that one client may be on by its own wish
     */
    record Settings(int maxChannels, long maxHistoryBytes, int maxChannelsPerClient) {

        Settings {
            if (maxChannels < 1) {
                throw new IllegalArgumentException(
                        "maxChannels: " + maxChannels + " (expected: >= 1)");
            }
            if (maxHistoryBytes < 1) {
                throw new IllegalArgumentException(
                        "maxHistoryBytes: " + maxHistoryBytes + " (expected: >= 1)");
            }
            if (maxChannelsPerClient < 1) {
                throw new IllegalArgumentException(
                        "maxChannelsPerClient: " + maxChannelsPerClient + " (expected: >= 1)");
            }
        }
    }
}

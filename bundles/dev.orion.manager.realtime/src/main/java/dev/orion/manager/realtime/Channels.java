// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.ChannelPattern;
import dev.orion.message.Publication;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.store.Store;
import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The live channels by name. <b>Threads:</b> any. */
final class Channels {

    /** How many channels are looked at for one that can go. */
    private static final int MAX_LOOKS = 64;

    private final ConcurrentHashMap<String, LiveChannel> live = new ConcurrentHashMap<>();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final LongAdder keptBytes = new LongAdder();
    private final Filters filters = new Filters(this);
    private final RetainedMessages retained = new RetainedMessages();
    private final Clock clock;

    /** Where the search for a channel that can go has come to; guarded by {@link #evicting}. */
    private Iterator<LiveChannel> candidates = Collections.emptyIterator();

    private final Object evicting = new Object();
    private volatile Store store; // null while there is none
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

    Filters filters() {
        return filters;
    }

    RetainedMessages retained() {
        return retained;
    }

    /** Goes on with what a store has kept, and keeps what must survive the process there. */
    void use(Store other) {
        store = other;
        retained.load(other);
    }

    /** Keeps what must survive the process; null where there is none. */
    Store store() {
        return store;
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

    /** Whether there can be a channel of the pattern whose rules pass {@code test}. */
    boolean mayAllow(ChannelPattern pattern, Predicate<ChannelRules> test) {
        return book.mayAllow(pattern, test);
    }

    /** Whether there are rules at all; at the start they come a little later. */
    boolean hasRules() {
        return book != RuleBook.EMPTY;
    }

    /** Whether a channel that nobody has opened has something to do with a publication. */
    boolean needsChannel(String name, ChannelRules rules, Publication publication) {
        return rules.keepsHistory()
                || rules.kind() == ChannelKind.BROADCAST
                || (publication.retain() && rules.retain())
                || filters.match(name);
    }

    /** Whether there is room for what a publication wants to have retained, if it does. */
    boolean mayRetain(String name, ChannelRules rules, Publication publication) {
        return !publication.retain()
                || !rules.retain()
                || retained.hasRoomFor(name, publication, settings);
    }

    /** Whether one more channel may come alive; one that only filters match may go for it. */
    boolean hasRoom() {
        return keptBytes.sum() < settings.maxHistoryBytes()
                && (live.size() < settings.maxChannels() || evict());
    }

    /** Whether channels that only filters match may stay for a while. */
    boolean isRoomy() {
        return live.size() < settings.maxChannels() / 4 * 3;
    }

    /** Looks at some channels for one that only filters match; whether there is room now. */
    private boolean evict() {
        synchronized (evicting) {
            for (int looked = 0; looked < MAX_LOOKS; looked++) {
                if (!candidates.hasNext()) {
                    candidates = live.values().iterator();
                }
                if (candidates.hasNext()) {
                    LiveChannel candidate = candidates.next();
                    if (candidate.isFilteredOnly()) {
                        ifLive(candidate.name(), LiveChannel::retire);
                    }
                }
                if (live.size() < settings.maxChannels()) {
                    return true;
                }
            }
        }
        return false;
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
        retained.expire(this);
    }

    /**
     * What the whole of the channels may cost.
     *
     * @param maxChannels live channels at most
     * @param maxHistoryBytes kept messages of all channels, in memory, at most
     * @param maxChannelsPerClient channels that one client may be on by its own wish
     * @param maxSubscriptions subscriptions by filter, of all sessions and hosts, at most
     * @param maxRetained retained messages at most
     * @param maxRetainedBytes retained messages of all channels, in memory, at most
     */
    record Settings(
            int maxChannels,
            long maxHistoryBytes,
            int maxChannelsPerClient,
            int maxSubscriptions,
            int maxRetained,
            long maxRetainedBytes) {

        private static final int MANY = 1_000_000;
        private static final long MUCH = 256L * 1024 * 1024;

        /** These, and what is not said as it is by default. */
        Settings(int maxChannels, long maxHistoryBytes, int maxChannelsPerClient) {
            this(maxChannels, maxHistoryBytes, maxChannelsPerClient, MANY, MANY, MUCH);
        }

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
            if (maxSubscriptions < 1) {
                throw new IllegalArgumentException(
                        "maxSubscriptions: " + maxSubscriptions + " (expected: >= 1)");
            }
            if (maxRetained < 0) {
                throw new IllegalArgumentException(
                        "maxRetained: " + maxRetained + " (expected: >= 0)");
            }
            if (maxRetainedBytes < 0) {
                throw new IllegalArgumentException(
                        "maxRetainedBytes: " + maxRetainedBytes + " (expected: >= 0)");
            }
        }
    }
}

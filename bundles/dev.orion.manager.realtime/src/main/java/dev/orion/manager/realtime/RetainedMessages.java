// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Publication;
import dev.orion.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest message of each channel that was published to be retained (MQTT 5 §3.3.1.3).
 *
 * <p>In memory, and in the store where there is one: a publisher is answered when it is there.
 *
 * <p><b>Threads:</b> read by any; the message of one channel is changed inside that channel only.
 */
final class RetainedMessages {

    /** The store's table: a channel's name, and its {@link MessageRecord}. */
    static final String TABLE = "realtime.retained";

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    /** What a message costs in memory besides its payload, roughly. */
    private static final int MESSAGE_BYTES = 256;

    /** What has expired is not delivered, so it may lie there for a while. */
    private static final long SWEEP_MS = 30_000;

    /** A sweep lets go so many at most. */
    private static final int MAX_SWEEP = 10_000;

    private final LevelTrie<Message> messages = new LevelTrie<>();
    private final LongAdder bytes = new LongAdder();
    private final AtomicInteger expiring = new AtomicInteger();
    private long sweptMs; // the sweeper's

    int size() {
        return messages.size();
    }

    long bytes() {
        return bytes.sum();
    }

    /** Whether this very message is what its channel retains. */
    boolean holds(Message message) {
        return messages.holds(message.channel(), message);
    }

    /** Whether there is room for what somebody wants to have retained, or it needs none. */
    boolean hasRoomFor(String channel, Publication publication, Channels.Settings settings) {
        if (publication.payload().length() == 0) {
            return true;
        }
        long more = (long) publication.payload().length() + MESSAGE_BYTES;
        Message old = messages.get(channel);
        return (old != null || messages.size() < settings.maxRetained())
                && bytes.sum() + more - (old == null ? 0 : cost(old))
                        <= settings.maxRetainedBytes();
    }

    /**
     * Retains a message instead of the channel's last one; without a payload it only forgets that.
     * Inside the channel.
     *
     * @param store keeps it, too; may be null
     */
    void keep(Message message, Store store, Commit commit) {
        if (message.payload().length() == 0) {
            forget(message.channel(), store, commit);
            return;
        }
        Message old = messages.put(message.channel(), message);
        count(message, 1);
        if (old != null) {
            count(old, -1);
        }
        if (store != null) {
            commit.put(store, TABLE, key(message.channel()), MessageRecord.encode(message));
        }
    }

    private void forget(String channel, Store store, Commit commit) {
        Message old = messages.remove(channel);
        if (old == null) {
            return;
        }
        count(old, -1);
        if (store != null) {
            commit.remove(store, TABLE, key(channel));
        }
    }

    /** Shows what the channels retain whose names a pattern matches. */
    void select(ChannelPattern pattern, Consumer<Message> each) {
        messages.select(pattern, each);
    }

    /** Takes in what a store has kept; what is here already is newer. */
    void load(Store store) {
        store.load(
                TABLE,
                (key, value) -> {
                    try {
                        load(MessageRecord.decode(value));
                    } catch (IllegalArgumentException damaged) {
                        LOG.atError()
                                .addKeyValue("channel", new String(key, StandardCharsets.UTF_8))
                                .addKeyValue("reason", damaged.getMessage())
                                .log("Retained message cannot be read");
                    }
                });
    }

    private void load(Message message) {
        // What has expired is taken in, too, so that a sweep removes it from the store.
        if (messages.putIfAbsent(message.channel(), message)) {
            count(message, 1);
        }
    }

    /** Forgets messages that are of no use any more. */
    void expire(Channels channels) {
        long nowMs = channels.nowMs();
        if (expiring.get() == 0 || nowMs - sweptMs < SWEEP_MS) {
            return;
        }
        sweptMs = nowMs;
        List<Message> expired = new ArrayList<>();
        messages.forEach(
                message -> {
                    if (expired.size() < MAX_SWEEP && message.isExpired(nowMs)) {
                        expired.add(message);
                    }
                });
        expired.forEach(message -> expire(message, channels));
    }

    private void expire(Message message, Channels channels) {
        channels.rules(message.channel())
                .ifPresent(
                        rules ->
                                channels.with(
                                        message.channel(),
                                        rules,
                                        inside -> forgetExpired(message, channels.store())));
    }

    private void forgetExpired(Message message, Store store) {
        if (holds(message)) {
            var commit = new Commit();
            forget(message.channel(), store, commit);
            commit.write(store);
        }
    }

    private void count(Message message, int sign) {
        bytes.add(sign * cost(message));
        if (message.publication().expiry().isPresent()) {
            expiring.addAndGet(sign);
        }
    }

    private static long cost(Message message) {
        return (long) MESSAGE_BYTES + message.payload().length();
    }

    private static byte[] key(String channel) {
        return channel.getBytes(StandardCharsets.UTF_8);
    }
}

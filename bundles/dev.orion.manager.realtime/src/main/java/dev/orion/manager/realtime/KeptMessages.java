// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.StreamPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * A channel's history: the newest messages, as many and for as long as the rules say.
 *
 * <p><b>Threads:</b> the channel's, one at a time (see {@link Serial}).
 */
final class KeptMessages {

    /**
     * How long an empty history remembers where it was, so that a client that missed nothing is
     * told so when it comes back.
     */
    private static final long POSITION_TTL_MS = 3_600_000;

    /** What a message costs in memory besides its payload, roughly. */
    private static final int MESSAGE_BYTES = 160;

    private final ArrayDeque<Message> messages = new ArrayDeque<>(4);
    private final LongAdder totalBytes; // of all channels
    private final String epoch = newEpoch();
    private long top;
    private long lastChangeMs;

    KeptMessages(LongAdder totalBytes, long nowMs) {
        this.totalBytes = totalBytes;
        this.lastChangeMs = nowMs;
    }

    String epoch() {
        return epoch;
    }

    long nextOffset() {
        return ++top;
    }

    StreamPosition position() {
        return new StreamPosition(top, epoch);
    }

    int size() {
        return messages.size();
    }

    /** Whether nothing would be lost if the history were forgotten now. */
    boolean isForgettable(long nowMs) {
        return messages.isEmpty() && (top == 0 || nowMs - lastChangeMs > POSITION_TTL_MS);
    }

    void add(Message message, ChannelRules rules) {
        messages.addLast(message);
        totalBytes.add(cost(message));
        lastChangeMs = message.timeMs();
        trim(rules, message.timeMs());
    }

    /** Lets the oldest go where all channels together keep too much; the newest stays. */
    void makeRoom(long maxTotalBytes) {
        while (messages.size() > 1 && totalBytes.sum() > maxTotalBytes) {
            removeOldest();
        }
    }

    /** Lets go what is too old or too much. */
    void trim(ChannelRules rules, long nowMs) {
        while (messages.size() > rules.history()) {
            removeOldest();
        }
        long ttlMs = rules.historyTtl().toMillis();
        while (ttlMs > 0 && !messages.isEmpty() && isOlder(messages.peekFirst(), nowMs, ttlMs)) {
            removeOldest();
        }
    }

    void clear() {
        while (!messages.isEmpty()) {
            removeOldest();
        }
    }

    /** What was missed since a position; empty when part of it is not kept any more. */
    Optional<List<Message>> since(StreamPosition seen) {
        boolean known = seen.epoch().equals(epoch) && seen.offset() <= top;
        if (!known || oldestOffset() > seen.offset() + 1) {
            return Optional.empty();
        }
        return Optional.of(after(seen.offset(), -1));
    }

    /** Whether {@code since} is of another life of this history. */
    boolean isForeign(StreamPosition since) {
        return !since.epoch().isEmpty() && !since.epoch().equals(epoch);
    }

    History read(HistoryQuery query) {
        if (query.limit() == 0) {
            return new History(List.of(), position());
        }
        List<Message> found;
        if (query.reverse()) {
            long before = query.since().map(StreamPosition::offset).orElse(Long.MAX_VALUE);
            found = before(before, query.limit());
        } else {
            found = after(query.since().map(StreamPosition::offset).orElse(0L), query.limit());
        }
        return new History(found, position());
    }

    private List<Message> after(long offset, int limit) {
        var found = new ArrayList<Message>();
        for (Message message : messages) {
            if (found.size() == limit) {
                break;
            }
            if (message.offset() > offset) {
                found.add(message);
            }
        }
        return found;
    }

    private List<Message> before(long offset, int limit) {
        var found = new ArrayList<Message>();
        Iterator<Message> newestFirst = messages.descendingIterator();
        while (newestFirst.hasNext() && found.size() != limit) {
            Message message = newestFirst.next();
            if (message.offset() < offset) {
                found.add(message);
            }
        }
        return found;
    }

    private long oldestOffset() {
        return messages.isEmpty() ? top + 1 : messages.peekFirst().offset();
    }

    private void removeOldest() {
        totalBytes.add(-cost(messages.removeFirst()));
    }

    private static long cost(Message message) {
        return (long) MESSAGE_BYTES + message.payload().length();
    }

    private static boolean isOlder(Message message, long nowMs, long ttlMs) {
        return nowMs - message.timeMs() >= ttlMs;
    }

    /** Eight letters, enough to tell two lives of a channel apart. */
    private static String newEpoch() {
        var text = new StringBuilder(8);
        for (int i = 0; i < 8; i++) {
            text.append((char) ('a' + ThreadLocalRandom.current().nextInt(26)));
        }
        return text.toString();
    }
}

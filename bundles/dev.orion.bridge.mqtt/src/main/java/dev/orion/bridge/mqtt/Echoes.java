// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * What was published lately and will come back: MQTT 3.1.1 cannot ask a broker to leave it out, and
 * has no place for a mark.
 *
 * <p>Each publication takes one that is equal to it out of what comes in. It is forgotten after a
 * minute, or when {@link #MOST} newer ones are there.
 *
 * <p><b>Threads:</b> any.
 */
final class Echoes {

    static final int MOST = 10_000;
    static final Duration TIME = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;

    /** Guards the rest. */
    private final Object lock = new Object();

    private final Map<Echo, Deque<Sent>> expected = new HashMap<>();
    private final Deque<Sent> sent = new ArrayDeque<>();

    Echoes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** This is about to be published. */
    void expect(String topic, byte[] payload) {
        var now = new Sent(Echo.of(topic, payload), nanoTime.getAsLong());
        synchronized (lock) {
            forget(now.nanos, MOST - 1);
            expected.computeIfAbsent(now.echo, any -> new ArrayDeque<>(2)).addLast(now);
            sent.addLast(now);
        }
    }

    /** Whether what came in is one that was expected, which it is no more then. */
    boolean isOne(String topic, byte[] payload) {
        Echo echo = Echo.of(topic, payload);
        synchronized (lock) {
            forget(nanoTime.getAsLong(), MOST);
            Deque<Sent> oldestFirst = expected.get(echo);
            if (oldestFirst == null) {
                return false;
            }
            takeOldest(oldestFirst);
            return true;
        }
    }

    private void forget(long now, int most) {
        while (!sent.isEmpty()
                && (sent.size() > most || now - sent.peekFirst().nanos > TIME.toNanos())) {
            Sent oldest = sent.removeFirst();
            if (!oldest.hasComeBack) {
                takeOldest(expected.get(oldest.echo));
            }
        }
    }

    private void takeOldest(Deque<Sent> oldestFirst) {
        Sent taken = oldestFirst.removeFirst();
        taken.hasComeBack = true;
        if (oldestFirst.isEmpty()) {
            expected.remove(taken.echo);
        }
    }

    /** What is compared: the topic, and the payload as two sums and its length. */
    private record Echo(String topic, int length, int hash, long crc) {

        static Echo of(String topic, byte[] payload) {
            var crc = new CRC32C();
            crc.update(payload);
            return new Echo(topic, payload.length, Arrays.hashCode(payload), crc.getValue());
        }
    }

    /** One publication. */
    private static final class Sent {
        final Echo echo;
        final long nanos;
        boolean hasComeBack;

        Sent(Echo echo, long nanos) {
            this.echo = echo;
            this.nanos = nanos;
        }
    }
}

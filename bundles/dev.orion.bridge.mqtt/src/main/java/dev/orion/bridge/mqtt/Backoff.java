// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: at random up to a bound that doubles each time, so that
 * many who have lost the same broker do not come back at once. Source: AWS Architecture Blog,
 * "Exponential Backoff And Jitter", full jitter.
 *
 * <p><b>Threads:</b> one.
 */
final class Backoff {

    private final Duration least;
    private final Duration most;
    private final RandomGenerator random;
    private long boundMs;

    /**
     * @param least the bound of the first wait
     * @param most the bound of every wait
     */
    Backoff(Duration least, Duration most, RandomGenerator random) {
        this.least = least;
        this.most = most;
        this.random = random;
        this.boundMs = least.toMillis();
    }

    /** The next wait. */
    Duration next() {
        long ms = 1 + random.nextLong(boundMs);
        boundMs = Math.min(most.toMillis(), boundMs * 2);
        return Duration.ofMillis(ms);
    }

    /**
     * A connection has ended. One that was there for longer than the longest wait begins anew; a
     * broker that takes connections and drops them is not asked faster than one that refuses them.
     */
    void connectedFor(Duration time) {
        if (time.compareTo(most) >= 0 || time.compareTo(least.multipliedBy(10)) >= 0) {
            boundMs = least.toMillis();
        }
    }
}

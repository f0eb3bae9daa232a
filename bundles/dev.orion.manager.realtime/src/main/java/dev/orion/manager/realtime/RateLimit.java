// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

/**
 * A token bucket that holds the tokens of one second: so many events a second, evenly or at once.
 *
 * <p><b>Threads:</b> one.
 */
final class RateLimit {

    private final double perSecond;
    private double tokens;
    private long atMs;

    RateLimit(double perSecond, long nowMs) {
        this.perSecond = perSecond;
        this.tokens = capacity();
        this.atMs = nowMs;
    }

    double perSecond() {
        return perSecond;
    }

    /** Whether one more event is allowed now; it counts when it is. */
    boolean take(long nowMs) {
        tokens = Math.min(capacity(), tokens + Math.max(0, nowMs - atMs) * perSecond / 1000);
        atMs = nowMs;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    private double capacity() {
        return Math.max(1, perSecond);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

/**
 * Counts durations in buckets that are at most 1/64 wide of what they hold, from 1 ns to two hours.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class Histogram {

    private static final int SUB_BITS = 6;
    private static final int SUB = 1 << SUB_BITS;
    private static final int POWERS = 37;

    private final long[] counts = new long[SUB + POWERS * SUB];
    private long total;

    /** Counts a duration; what is too long is counted as the longest. */
    void record(long nanos) {
        counts[Math.min(bucket(Math.max(0, nanos)), counts.length - 1)]++;
        total++;
    }

    long total() {
        return total;
    }

    /** The upper end of the bucket below which {@code share} of all durations lie; 0 if none. */
    long quantile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return upperEnd(i);
            }
        }
        return 0;
    }

    private static int bucket(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int power = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(value);
        return SUB + power * SUB + (int) (value >>> power) - SUB;
    }

    private static long upperEnd(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int power = bucket / SUB - 1;
        return ((long) (bucket % SUB + SUB + 1) << power) - 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.Locale;
import java.util.function.BiPredicate;

/**
 * What a row is to reach.
 *
 * @param met tells from the first server's sample and the second one's
 */
record Goal(String text, BiPredicate<Sample, Sample> met) {

    static final Goal NONE = new Goal("", (first, second) -> true);

    /** The processor time per unit, at most this many times the second server's. */
    static Goal cpuRatio(double most) {
        return new Goal(
                String.format(Locale.ROOT, "≤ %.2f ×", most),
                (first, second) -> first.cpuMicros() <= most * second.cpuMicros());
    }

    /** The figures, each at most its limit. */
    static Goal figures(String text, double... most) {
        return new Goal(text, (first, second) -> isBelow(first, most));
    }

    private static boolean isBelow(Sample sample, double[] most) {
        for (int i = 0; i < most.length; i++) {
            if (!(sample.figure(i) <= most[i])) {
                return false;
            }
        }
        return true;
    }
}

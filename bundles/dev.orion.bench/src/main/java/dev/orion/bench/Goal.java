// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.Locale;
import java.util.function.Predicate;

/** What a row is to reach. */
record Goal(String text, Predicate<Comparison> met) {

    /** The first server's processor time per unit, at most this many times the second's. */
    static Goal cpuRatio(double most) {
        return new Goal(
                String.format(Locale.ROOT, "≤ %.2f ×", most),
                compared -> compared.ratio(Sample::cpuMicros) <= most);
    }

    /** The first server's figures, each at most its limit. */
    static Goal figures(String text, double... most) {
        return new Goal(text, compared -> isBelow(Sample.median(compared.first()), most));
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

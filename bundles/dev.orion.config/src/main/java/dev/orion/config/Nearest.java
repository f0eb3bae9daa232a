// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.util.Collection;
import java.util.Locale;

/** Guesses what was meant by a name that does not exist. */
final class Nearest {

    private Nearest() {}

    /** {@code " (did you mean history?)"}, or nothing when no name is near. */
    static String hint(String written, Collection<String> names) {
        String nearest = "";
        int least = Math.max(1, written.length() / 3) + 1;
        for (String name : names.stream().sorted().toList()) {
            int distance =
                    distance(written.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = name;
            }
        }
        return nearest.isEmpty() ? "" : " (did you mean " + nearest + "?)";
    }

    /** Insertions, deletions, replacements and swaps of neighbours from one to the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least =
                Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}

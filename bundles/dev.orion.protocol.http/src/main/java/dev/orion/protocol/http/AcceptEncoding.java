// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which codings of a representation a peer likes (RFC 9110 §12.5.3). */
final class AcceptEncoding {

    /** As it is. */
    static final String IDENTITY = "identity";

    private static final int MOST = 1000;

    private AcceptEncoding() {}

    /**
     * Those of some codings that the peer accepts and does not like less than {@link #IDENTITY},
     * the best first, and then that, which is sent where none of them can be made.
     *
     * @param fields of the request; where there are none, nothing is encoded
     * @param codings ours first, where the peer likes several alike
     */
    static List<String> ranked(List<String> fields, List<String> codings) {
        var ranked = new ArrayList<String>(codings.size() + 1);
        if (!fields.isEmpty()) {
            Map<String, Integer> weights = weights(fields);
            int others = weights.getOrDefault("*", 0);
            int least = Math.max(1, weights.getOrDefault(IDENTITY, 0));
            for (String coding : codings) {
                if (weights.getOrDefault(coding, others) >= least) {
                    ranked.add(coding);
                }
            }
            ranked.sort(Comparator.comparingInt(coding -> -weights.getOrDefault(coding, others)));
        }
        ranked.add(IDENTITY);
        return ranked;
    }

    /** In thousandths; what has no valid weight is as if it was not said. */
    private static Map<String, Integer> weights(List<String> fields) {
        var weights = new HashMap<String, Integer>();
        for (String field : fields) {
            for (String element : field.split(",", -1)) {
                String[] words = element.split(";", 2);
                String coding = words[0].strip().toLowerCase(Locale.ROOT);
                int weight = words.length == 1 ? MOST : weight(words[1].strip());
                if (!coding.isEmpty() && weight >= 0) {
                    weights.merge(coding.equals("x-gzip") ? "gzip" : coding, weight, Math::max);
                }
            }
        }
        return weights;
    }

    /** RFC 9110 §12.4.2; -1 for what is no weight. */
    private static int weight(String parameter) {
        if (!parameter.matches("[qQ]=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
            return -1;
        }
        return (int) Math.round(Double.parseDouble(parameter.substring(2)) * MOST);
    }
}

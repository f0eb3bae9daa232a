// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which coding of a representation a peer likes best (RFC 9110 §12.5.3). */
final class AcceptEncoding {

    /** As it is. */
    static final String IDENTITY = "identity";

    private static final int MOST = 1000;

    private AcceptEncoding() {}

    /**
     * The best of what there is; {@link #IDENTITY} when the peer likes nothing of it better.
     *
     * @param fields of the request; where there are none, nothing is encoded
     * @param available the codings that there are, ours first
     */
    static String choose(List<String> fields, List<String> available) {
        if (fields.isEmpty() || available.isEmpty()) {
            return IDENTITY;
        }
        Map<String, Integer> weights = weights(fields);
        int others = weights.getOrDefault("*", 0);
        String best = IDENTITY;
        int most = 0;
        for (String coding : available) {
            int weight = weights.getOrDefault(coding, others);
            if (weight > most) {
                best = coding;
                most = weight;
            }
        }
        return weights.getOrDefault(IDENTITY, 0) > most ? IDENTITY : best;
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

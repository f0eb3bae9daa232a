// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How much of a long list is asked for, and from where.
 *
 * <p>The place is the key of the last element of the page before, so elements that come and go in
 * between move no other one to another page.
 *
 * @param after the key after which the page begins; empty for the first page
 */
record Page(int limit, String after) {

    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1_000;

    Page {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "limit: " + limit + " (expected: 1 to " + MAX_LIMIT + ")");
        }
    }

    /**
     * Reads the parameters {@code limit} and {@code cursor} of a query.
     *
     * @throws IllegalArgumentException when one of them is not what this class hands out
     */
    static Page of(Map<String, List<String>> query) {
        String limit = first(query, "limit");
        String cursor = first(query, "cursor");
        return new Page(limit.isEmpty() ? DEFAULT_LIMIT : number(limit), decoded(cursor));
    }

    /**
     * The answer: {@code {"name":[…],"total":n,"next":"cursor"}}, {@code next} only where there is
     * more.
     *
     * @param key what the list is ordered by; no two elements have the same
     */
    <T> Map<String, Object> of(
            String name,
            List<T> all,
            Function<T, String> key,
            Function<T, Map<String, Object>> members) {
        List<T> rest =
                all.stream()
                        .filter(element -> key.apply(element).compareTo(after) > 0)
                        .sorted(Comparator.comparing(key))
                        .limit(limit + 1L)
                        .toList();
        List<T> shown = rest.subList(0, Math.min(limit, rest.size()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(name, shown.stream().map(members).toList());
        answer.put("total", all.size());
        if (rest.size() > shown.size()) {
            answer.put("next", encoded(key.apply(shown.get(shown.size() - 1))));
        }
        return answer;
    }

    private static String first(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(0);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "limit: not a number (expected: 1 to " + MAX_LIMIT + ")", notANumber);
        }
    }

    private static String encoded(String key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException foreign) {
            throw new IllegalArgumentException(
                    "cursor: unknown (expected: next of the page before)", foreign);
        }
    }
}

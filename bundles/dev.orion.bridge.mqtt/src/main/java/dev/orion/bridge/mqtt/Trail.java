// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The bridges that a message has gone through, as a header that travels with it: so one that has
 * gone in a ring is known again.
 */
final class Trail {

    /** The ids of bridges, the first one first, with spaces between them. */
    static final String HEADER = "orion-bridges";

    /** A message that has gone through so many goes no further. */
    static final int MOST = 32;

    private Trail() {}

    /** Whether a message with these headers has gone through one of these bridges, or too many. */
    static boolean isOver(Headers headers, Set<String> bridges) {
        int count = 0;
        for (Headers.Header header : headers) {
            if (!header.name().equals(HEADER)) {
                continue;
            }
            for (String id : header.value().split(" ")) {
                count++;
                if (bridges.contains(id)) {
                    return true;
                }
            }
        }
        return count >= MOST;
    }

    /** These headers and one bridge more. */
    static Headers with(Headers headers, String bridge) {
        List<Headers.Header> all = new ArrayList<>(headers.size() + 1);
        var trail = new StringBuilder();
        for (Headers.Header header : headers) {
            if (header.name().equals(HEADER)) {
                trail.append(header.value()).append(' ');
            } else {
                all.add(header);
            }
        }
        all.add(new Headers.Header(HEADER, trail.append(bridge).toString()));
        return Headers.of(all);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.net.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which web pages may talk to us.
 *
 * <p>A browser says with {@code Origin} whose page sends the request. Pages of the listener's own
 * host may, and those that are listed. On a loopback listener only loopback names are its own host,
 * so that a name which is made to point here (DNS rebinding) is not.
 */
final class OriginPolicy {

    private final Set<String> allowed;

    OriginPolicy(List<String> allowed) {
        this.allowed =
                allowed.stream().map(OriginPolicy::listed).collect(Collectors.toUnmodifiableSet());
    }

    /** As a browser sends it (RFC 6454 §7.1), which never ends with the slash of an address. */
    private static String listed(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** What a request's origin is to us. */
    enum Verdict {
        /** A page of this very host. */
        OWN,
        /** A page of another host that is listed. */
        LISTED,
        /** Any other page. */
        FOREIGN
    }

    /**
     * Judges an origin.
     *
     * @param host what the request calls this host
     */
    Verdict judge(String origin, Authority host, Endpoint listener) {
        String lower = origin.toLowerCase(Locale.ROOT);
        if (isOwn(lower, host, listener)) {
            return Verdict.OWN;
        }
        return allowed.contains(lower) ? Verdict.LISTED : Verdict.FOREIGN;
    }

    private static boolean isOwn(String origin, Authority host, Endpoint listener) {
        int defaultPort;
        if (origin.startsWith("http://")) {
            defaultPort = 80;
        } else if (origin.startsWith("https://")) {
            defaultPort = 443;
        } else {
            return false;
        }
        return Authority.parse(origin.substring(origin.indexOf('/') + 2))
                .filter(page -> page.isSameAs(host, defaultPort))
                .filter(page -> page.isLoopback() || !listener.isLoopback())
                .isPresent();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port, as the {@code Host} field has them (RFC 9110 §7.2).
 *
 * @param host in lower case; an IPv6 address with its brackets
 * @param port -1 where none is written
 */
record Authority(String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::([0-9]{0,5}))?");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Reads {@code host} or {@code host:port}; empty when it is neither. */
    static Optional<Authority> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String digits = form.group(2);
        int port = digits == null || digits.isEmpty() ? -1 : Integer.parseInt(digits);
        return port > 65_535
                ? Optional.empty()
                : Optional.of(new Authority(form.group(1).toLowerCase(Locale.ROOT), port));
    }

    /** Whether it names this machine for itself only. */
    boolean isLoopback() {
        return LOOPBACK.contains(host);
    }

    /** Whether both are one place, when {@code defaultPort} is meant where none is written. */
    boolean isSameAs(Authority other, int defaultPort) {
        boolean sameHost = host.equals(other.host) || (isLoopback() && other.isLoopback());
        return sameHost && portOr(defaultPort) == other.portOr(defaultPort);
    }

    private int portOr(int defaultPort) {
        return port < 0 ? defaultPort : port;
    }
}

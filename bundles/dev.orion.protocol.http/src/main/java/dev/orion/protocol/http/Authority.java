// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A host and a port, as the {@code Host} field has them (RFC 9110 §7.2).
 *
 * @param host in lower case; an IPv6 address with its brackets
 * @param port -1 where none is written
 */
record Authority(String host, int port) {

    private static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;

    /** What a name may have besides letters and digits (RFC 3986 §3.2.2). */
    private static final String NAME_MARKS = "._~!$&'()*+,;=%-";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Reads {@code host} or {@code host:port}; empty when it is neither. */
    static Optional<Authority> parse(String text) {
        int end = endOfHost(text);
        int port = end < 0 ? -1 : port(text, end);
        return end < 0 || port > MAX_PORT
                ? Optional.empty()
                : Optional.of(new Authority(text.substring(0, end).toLowerCase(Locale.ROOT), port));
    }

    /** Whether {@link #parse} would read it. */
    static boolean isOne(String text) {
        int end = endOfHost(text);
        return end >= 0 && port(text, end) <= MAX_PORT;
    }

    /** Returns -1 where there is no host. */
    private static int endOfHost(String text) {
        int end = text.startsWith("[") ? endOfAddress(text) : endOfName(text);
        return end > 0 && (end == text.length() || text.charAt(end) == ':') ? end : -1;
    }

    private static int endOfName(String text) {
        int end = 0;
        while (end < text.length() && isOfName(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** An IPv6 address in brackets. */
    private static int endOfAddress(String text) {
        int end = 1;
        while (end < text.length() && isOfAddress(text.charAt(end))) {
            end++;
        }
        return end > 1 && end < text.length() && text.charAt(end) == ']' ? end + 1 : -1;
    }

    private static boolean isOfName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || NAME_MARKS.indexOf(c) >= 0;
    }

    private static boolean isOfAddress(char c) {
        return (c < 0x80 && Character.digit(c, 16) >= 0) || c == ':' || c == '.';
    }

    /** The digits behind the colon; -1 where there are none, more than a port where it is none. */
    private static int port(String text, int end) {
        int digits = text.length() - end - 1;
        if (digits <= 0) {
            return -1;
        }
        if (digits > MAX_PORT_DIGITS) {
            return Integer.MAX_VALUE;
        }
        int port = 0;
        for (int i = end + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return Integer.MAX_VALUE;
            }
            port = port * 10 + (c - '0');
        }
        return port;
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

// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;

/**
 * A place to listen on or to connect to, written as a URI: {@code mqtt://127.0.0.1:1883}.
 *
 * <p>The scheme names the protocol that is spoken there, some also that it is spoken over TLS:
 * {@code https}, {@code mqtts}, {@code grpcs}, {@code tcps}.
 *
 * @param scheme the protocol, or its name over TLS; in lower case
 * @param host a host name or an address; an IPv6 address without brackets
 * @param port 0 to 65535; 0 lets the system choose when listening
 */
public record Endpoint(String scheme, String host, int port) {

    /** A table and not the letter s at the end, which is part of many a protocol's own name. */
    private static final Map<String, String> OVER_TLS =
            Map.of("https", "http", "mqtts", "mqtt", "grpcs", "grpc", "tcps", "tcp");

    public Endpoint {
        requireNonNull(scheme, "scheme");
        requireNonNull(host, "host");
        if (!scheme.matches("[a-z][a-z0-9+.-]*")) { // RFC 3986 §3.1, lower case
            throw new IllegalArgumentException(
                    "scheme: " + scheme + " (expected: lower-case letters, digits, + . -)");
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host: empty (expected: a name or an address)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /**
     * Reads {@code scheme://host:port}.
     *
     * @throws IllegalArgumentException when {@code uri} has another form; the message says what is
     *     wrong with it
     */
    public static Endpoint parse(String uri) {
        URI parsed;
        try {
            parsed = new URI(uri);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException(
                    "endpoint: " + uri + " (expected: scheme://host:port)", malformed);
        }
        String path = parsed.getRawPath();
        boolean onlyAuthority =
                (path == null || path.isEmpty() || path.equals("/"))
                        && parsed.getRawQuery() == null
                        && parsed.getRawFragment() == null
                        && parsed.getRawUserInfo() == null;
        if (parsed.getScheme() == null
                || parsed.getHost() == null
                || parsed.getPort() < 0
                || !onlyAuthority) {
            throw new IllegalArgumentException(
                    "endpoint: " + uri + " (expected: scheme://host:port)");
        }
        String host = parsed.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Endpoint(parsed.getScheme().toLowerCase(Locale.ROOT), host, parsed.getPort());
    }

    /** What is spoken there, with or without TLS: {@code http} also where the scheme is https. */
    public String protocol() {
        return OVER_TLS.getOrDefault(scheme, scheme);
    }

    /** Whether the scheme says that TLS is spoken there. */
    public boolean isSecure() {
        return OVER_TLS.containsKey(scheme);
    }

    /** This place with another port. */
    public Endpoint withPort(int other) {
        return new Endpoint(scheme, host, other);
    }

    /** Whether the host is written as a loopback address or as {@code localhost}. */
    public boolean isLoopback() {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        // Only literals are asked, so nothing is looked up.
        boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        try {
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (java.net.UnknownHostException notAnAddress) {
            return false;
        }
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a request is about (RFC 9112 §3.2).
 *
 * @param path percent-decoded, without the query; {@code *} for the server as a whole
 * @param query decoded, in order of appearance
 * @param authority the host that the target itself names
 */
record Target(String path, Map<String, List<String>> query, Optional<Authority> authority) {

    /** Reads a request's target; empty when it has no form that is known. */
    static Optional<Target> parse(String uri) {
        if (uri.equals("*")) {
            return Optional.of(new Target(uri, Map.of(), Optional.empty()));
        }
        boolean isPlain = uri.startsWith("/");
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return Optional.empty();
            }
            isPlain &= c != '%' && c != '?';
        }
        if (isPlain) {
            return Optional.of(new Target(uri, Map.of(), Optional.empty()));
        }
        return uri.startsWith("/") ? origin(uri, Optional.empty()) : absolute(uri);
    }

    private static Optional<Target> absolute(String uri) {
        String lower = uri.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            return Optional.empty();
        }
        int begin = uri.indexOf('/') + 2;
        int end = begin;
        while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
            end++;
        }
        Optional<Authority> named = Authority.parse(uri.substring(begin, end));
        String rest = uri.substring(end);
        return named.isEmpty()
                ? Optional.empty()
                : origin(rest.startsWith("/") ? rest : "/" + rest, named);
    }

    private static Optional<Target> origin(String uri, Optional<Authority> named) {
        try {
            var decoder = new QueryStringDecoder(uri);
            String path = decoder.path();
            boolean isText = path.chars().noneMatch(Character::isISOControl);
            return isText
                    ? Optional.of(new Target(path, decoder.parameters(), named))
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}

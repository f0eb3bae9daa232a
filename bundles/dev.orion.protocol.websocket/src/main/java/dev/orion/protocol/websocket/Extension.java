// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One offer of a {@code Sec-WebSocket-Extensions} field (RFC 6455 §9.1). */
record Extension(String name, List<Parameter> parameters) {

    /** A parameter; its value is without quotation marks, and a token either way. */
    record Parameter(String name, Optional<String> value) {}

    Extension {
        parameters = List.copyOf(parameters);
    }

    /**
     * The offers of all fields, the most wanted first.
     *
     * @throws IllegalArgumentException when the fields are not of the form that RFC 6455 §9.1 says
     */
    static List<Extension> parse(List<String> fields) {
        var offers = new ArrayList<Extension>();
        for (String field : fields) {
            new Parser(field).list(offers);
        }
        return offers;
    }

    private static final class Parser {

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        /** A list may have empty elements (RFC 9110 §5.6.1.2), but not nothing else. */
        void list(List<Extension> offers) {
            int before = offers.size();
            do {
                skipSpace();
                if (at < text.length() && text.charAt(at) != ',') {
                    offers.add(extension());
                }
            } while (skip(','));
            if (at < text.length() || offers.size() == before) {
                throw malformed();
            }
        }

        private Extension extension() {
            String name = token();
            var parameters = new ArrayList<Parameter>();
            while (skip(';')) {
                parameters.add(parameter());
            }
            return new Extension(name, parameters);
        }

        private Parameter parameter() {
            String name = token();
            return new Parameter(name, skip('=') ? Optional.of(value()) : Optional.empty());
        }

        private String value() {
            skipSpace();
            return at < text.length() && text.charAt(at) == '"' ? quoted() : token();
        }

        private String quoted() {
            var value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\') {
                    at++;
                }
                if (at == text.length() || !isTokenChar(text.charAt(at))) {
                    throw malformed(); // RFC 6455 §9.1: what is quoted must be a token as well
                }
                value.append(text.charAt(at));
            }
            if (at == text.length() || value.isEmpty()) {
                throw malformed();
            }
            at++;
            return value.toString();
        }

        private String token() {
            skipSpace();
            int start = at;
            while (at < text.length() && isTokenChar(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                throw malformed();
            }
            return text.substring(start, at);
        }

        private boolean skip(char separator) {
            skipSpace();
            boolean isThere = at < text.length() && text.charAt(at) == separator;
            if (isThere) {
                at++;
            }
            return isThere;
        }

        private void skipSpace() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }

        private static boolean isTokenChar(char c) { // RFC 9110 §5.6.2
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
        }

        private IllegalArgumentException malformed() {
            return new IllegalArgumentException("malformed at " + at + ": " + text);
        }
    }
}

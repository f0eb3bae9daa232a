// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.protocol.websocket.Extension.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a peer says about compression (RFC 7692 §7), and our answer.
 *
 * <p>Neither side keeps anything from one message to the next, which every client must agree to: so
 * a connection costs no memory for it, and what we send is compressed once for many.
 *
 * @param serverWindowBits the largest window that we may use; empty when the peer does not say
 */
record DeflateOffer(Optional<Integer> serverWindowBits) {

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final String NO_TAKEOVER =
            "; server_no_context_takeover; client_no_context_takeover";
    private static final Set<String> KNOWN =
            Set.of(
                    SERVER_WINDOW,
                    CLIENT_WINDOW,
                    "server_no_context_takeover",
                    "client_no_context_takeover");

    /** The first offer that can be accepted (RFC 7692 §5). */
    static Optional<DeflateOffer> first(List<Extension> offers) {
        return offers.stream()
                .filter(offer -> offer.name().equals(NAME) && isAcceptable(offer.parameters()))
                .map(DeflateOffer::of)
                .findFirst();
    }

    int windowBits() {
        return serverWindowBits.orElse(DeflateFraming.MAX_WINDOW_BITS);
    }

    /** What the handshake says back (RFC 7692 §7.1.1, §7.1.2). */
    String answer() {
        return NAME
                + NO_TAKEOVER
                + serverWindowBits.map(bits -> "; " + SERVER_WINDOW + "=" + bits).orElse("");
    }

    private static DeflateOffer of(Extension offer) {
        return new DeflateOffer(
                offer.parameters().stream()
                        .filter(parameter -> parameter.name().equals(SERVER_WINDOW))
                        .map(parameter -> Integer.valueOf(parameter.value().orElseThrow()))
                        .findFirst());
    }

    /** RFC 7692 §7.1: no unknown parameter, no invalid value, nothing said twice. */
    private static boolean isAcceptable(List<Parameter> parameters) {
        var seen = new HashSet<String>();
        return parameters.stream()
                .allMatch(
                        parameter ->
                                KNOWN.contains(parameter.name())
                                        && seen.add(parameter.name())
                                        && isValid(parameter));
    }

    private static boolean isValid(Parameter parameter) {
        return switch (parameter.name()) {
            case SERVER_WINDOW -> parameter.value().filter(DeflateOffer::isWindow).isPresent();
            case CLIENT_WINDOW -> parameter.value().map(DeflateOffer::isWindow).orElse(true);
            default -> parameter.value().isEmpty();
        };
    }

    /** RFC 7692 §7.1.2.1: 8 to 15, without leading zeros. */
    private static boolean isWindow(String value) {
        return value.matches("[89]|1[0-5]");
    }
}

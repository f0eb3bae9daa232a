// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ways to conversations whose commands come by other connections, by their secrets.
 *
 * <p><b>Threads:</b> any.
 */
final class Sessions {

    private static final int SECRET_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Emulation> bySecret = new ConcurrentHashMap<>();

    /** Enters the way to a conversation under a new secret. */
    String add(Emulation conversation) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        bySecret.put(secret, conversation);
        return secret;
    }

    void remove(String secret) {
        bySecret.remove(secret);
    }

    Optional<Emulation> find(String secret) {
        return Optional.ofNullable(bySecret.get(secret));
    }
}

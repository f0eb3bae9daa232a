// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.OpenSsl;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Locale;

/**
 * Who speaks TLS; the order is the one in which they are preferred.
 *
 * <p><b>Threads:</b> to ask for BoringSSL is to load it, which is nothing for an event loop.
 */
enum TlsProvider {
    BORINGSSL,
    JDK;

    static final String AUTO = "auto";

    /**
     * The provider of that name, or the best one for {@code auto}.
     *
     * @throws IllegalArgumentException when it is unknown or cannot be used here; the message is
     *     one line that says why
     */
    static TlsProvider choose(String wanted) {
        if (wanted.equals(AUTO)) {
            return BORINGSSL.isAvailable() ? BORINGSSL : JDK;
        }
        TlsProvider chosen =
                Arrays.stream(values())
                        .filter(provider -> provider.label().equals(wanted))
                        .findFirst()
                        .orElseThrow(() -> unknown(wanted));
        if (!chosen.isAvailable()) {
            throw new IllegalArgumentException(
                    "tlsProvider: " + wanted + " cannot be used here: " + obstacle());
        }
        return chosen;
    }

    /** Its name in configurations and for people. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isAvailable() {
        return this == JDK || OpenSsl.isAvailable();
    }

    /** Whether it can sign with a key: Netty has BoringSSL do it with RSA and EC only. */
    boolean takes(PrivateKey key) {
        return this == JDK || key.getAlgorithm().equals("EC") || key.getAlgorithm().equals("RSA");
    }

    /** Why BoringSSL is not there. */
    static String obstacle() {
        Throwable cause = OpenSsl.unavailabilityCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause == null ? "" : String.valueOf(cause.getMessage());
        return text.lines().findFirst().orElse("no reason given");
    }

    private static IllegalArgumentException unknown(String wanted) {
        return new IllegalArgumentException(
                "tlsProvider: " + wanted + " (expected: auto, boringssl or jdk)");
    }
}

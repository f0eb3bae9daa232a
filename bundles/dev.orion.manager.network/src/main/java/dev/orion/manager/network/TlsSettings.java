// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import dev.orion.net.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is configured of a listener's TLS.
 *
 * @param identity the PEM files of its own; empty for the development certificate
 * @param clientCa PEM file of those whose client certificates are trusted; there where any are
 *     asked for
 * @param versions {@code 1.2} and {@code 1.3}, or one of them
 * @param protocols what ALPN offers, best first; empty without ALPN
 */
record TlsSettings(
        Optional<Files> identity,
        ClientCertificates clients,
        Optional<Path> clientCa,
        List<String> versions,
        List<String> protocols) {

    TlsSettings {
        requireNonNull(identity, "identity");
        requireNonNull(clients, "clients");
        requireNonNull(clientCa, "clientCa");
        versions = List.copyOf(versions);
        protocols = List.copyOf(protocols);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("tlsVersions: empty (expected: 1.2 and 1.3)");
        }
        if ((clients == ClientCertificates.NONE) != clientCa.isEmpty()) {
            throw new IllegalArgumentException(
                    "clientCa: " + clientCa + " (expected: one where clientCertificates are used)");
        }
    }

    /** What ALPN offers where {@code endpoint} listens. */
    static List<String> offered(Endpoint endpoint) {
        return endpoint.protocol().equals("http") ? List.of("http/1.1") : List.of();
    }

    /**
     * A certificate and its key as PEM.
     *
     * @param certificate may be followed in its file by those that lead to the issuer
     */
    record Files(Path certificate, Path key) {

        Files {
            requireNonNull(certificate, "certificate");
            requireNonNull(key, "key");
        }
    }
}

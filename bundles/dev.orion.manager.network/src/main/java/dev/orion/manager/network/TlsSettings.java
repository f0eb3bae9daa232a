// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.util.Objects.requireNonNull;

import dev.orion.net.Endpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is configured of a listener's TLS.
 *
 * @param identities the PEM files of its own, the first for whoever does not ask for another by its
 *     name; empty for the development certificate
 * @param clientCa PEM file of those whose client certificates are trusted; there where any are
 *     asked for
 * @param versions {@code 1.2} and {@code 1.3}, or one of them
 * @param protocols what ALPN offers, best first; empty without ALPN
 */
record TlsSettings(
        List<Files> identities,
        ClientCertificates clients,
        Optional<Path> clientCa,
        List<String> versions,
        List<String> protocols) {

    TlsSettings {
        identities = List.copyOf(identities);
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

    /** Of the files that a key names, those that are not empty texts. */
    static List<String> given(String... files) {
        return Arrays.stream(files).filter(file -> !file.isEmpty()).toList();
    }

    /** What ALPN offers where {@code endpoint} listens. */
    static List<String> offered(Endpoint endpoint) {
        return switch (endpoint.protocol()) {
            case "http" -> List.of("h2", "http/1.1");
            case "grpc" -> List.of("h2");
            default -> List.of();
        };
    }

    /**
     * A certificate and its key as PEM.
     *
     * @param certificate may be followed in its file by those that lead to the issuer
     */
    record Files(Path certificate, Path key) implements IdentityFiles {

        Files {
            requireNonNull(certificate, "certificate");
            requireNonNull(key, "key");
        }

        @Override
        public Files files() {
            return this;
        }

        @Override
        public Identity read() {
            return Identity.read(this);
        }

        /** Never: who has given them sees to it that they are replaced in time. */
        @Override
        public boolean isOutdated(Identity identity) {
            return false;
        }
    }
}

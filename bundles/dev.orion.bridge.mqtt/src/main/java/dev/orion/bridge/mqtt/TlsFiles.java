// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;

/**
 * What TLS towards the other broker needs, as PEM files, which are read for each connection.
 *
 * @param ca who is trusted; empty for whom the JDK trusts
 * @param certificate shown to the other broker, with those that lead to its issuer
 * @param key the certificate's
 */
record TlsFiles(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {

    TlsFiles {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    "certificate and key: one of them (expected: both or none)");
        }
    }

    /**
     * Reads the files.
     *
     * @throws LinkException when they cannot be used
     */
    SocketFactory socketFactory() throws LinkException {
        try {
            return ((JdkSslContext) context().build()).context().getSocketFactory();
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new LinkException("TLS files cannot be used: " + Reasons.of(unusable));
        }
    }

    /** Says what is wrong with the files. */
    void check() {
        try {
            socketFactory();
        } catch (LinkException unusable) {
            throw new IllegalArgumentException(unusable.getMessage());
        }
    }

    private SslContextBuilder context() {
        var builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        ca.ifPresent(file -> builder.trustManager(file.toFile()));
        if (certificate.isPresent()) {
            builder.keyManager(certificate.get().toFile(), key.orElseThrow().toFile());
        }
        return builder;
    }
}

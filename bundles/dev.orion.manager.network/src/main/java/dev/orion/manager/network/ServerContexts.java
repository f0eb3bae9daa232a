// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslX509KeyManagerFactory;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/**
 * Makes what handshakes of one listener need of a certificate.
 *
 * <p><b>Threads:</b> the one for TLS files.
 */
final class ServerContexts {

    private static final int SESSIONS = 4096;
    private static final long SESSION_SECONDS = 3600;

    /** The intermediate recommendation of Mozilla 5.7, without the slow key exchange of DHE. */
    static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final TlsSettings settings;
    private final SharedTls shared;

    ServerContexts(TlsSettings settings, SharedTls shared) {
        this.settings = settings;
        this.shared = shared;
    }

    TlsSettings settings() {
        return settings;
    }

    /**
     * What handshakes use with a certificate.
     *
     * @throws IllegalArgumentException when who is to speak TLS cannot be used here
     */
    SslContext context(Credential.Material material) throws SSLException {
        TlsProvider provider = shared.provider();
        return provider == TlsProvider.BORINGSSL && provider.takes(material.identity().key())
                ? ofBoringSsl(material)
                : ofJdk(material);
    }

    private SslContext ofJdk(Credential.Material material) throws SSLException {
        Identity identity = material.identity();
        var builder =
                SslContextBuilder.forServer(
                        identity.key(), identity.chain().toArray(X509Certificate[]::new));
        return configured(builder, material).sslProvider(SslProvider.JDK).build();
    }

    /**
     * Signing with EC takes less time than giving it to another thread; with RSA, and where client
     * certificates are looked at, it is the other way round (decision 0020).
     */
    private SslContext ofBoringSsl(Credential.Material material) throws SSLException {
        Identity identity = material.identity();
        boolean isRsa = identity.key().getAlgorithm().equals("RSA");
        var builder = SslContextBuilder.forServer(isRsa ? keyless(identity) : cached(identity));
        if (isRsa) {
            builder.option(
                    OpenSslContextOption.PRIVATE_KEY_METHOD, new RsaSignatures(identity.key()));
        }
        builder.option(
                OpenSslContextOption.USE_TASKS,
                isRsa || settings.clients() != ClientCertificates.NONE);
        var context =
                (ReferenceCountedOpenSslServerContext)
                        configured(builder, material)
                                .sslProvider(SslProvider.OPENSSL_REFCNT)
                                .build();
        context.sessionContext().setTicketKeys(); // of its own, which it changes every two days
        return shared.owned(context);
    }

    private SslContextBuilder configured(SslContextBuilder builder, Credential.Material material) {
        builder.protocols(settings.versions().stream().map(one -> "TLSv" + one).toList())
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .sessionCacheSize(SESSIONS)
                .sessionTimeout(SESSION_SECONDS)
                .clientAuth(settings.clients().mode());
        if (material.clientCas().isPresent()) {
            builder.trustManager(material.clientCas().get());
        } else {
            builder.trustManager(new Nobody());
        }
        if (!settings.protocols().isEmpty()) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            settings.protocols()));
        }
        return builder;
    }

    private static KeyManagerFactory keyless(Identity identity) throws SSLException {
        try {
            return OpenSslX509KeyManagerFactory.newKeyless(
                    identity.chain().toArray(X509Certificate[]::new));
        } catch (GeneralSecurityException | IOException unable) {
            throw new SSLException(unable);
        }
    }

    /** Has the key handed to BoringSSL once, and not at each handshake. */
    private static KeyManagerFactory cached(Identity identity) throws SSLException {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "key",
                    identity.key(),
                    new char[0],
                    identity.chain().toArray(Certificate[]::new));
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, new char[0]);
            return new OpenSslCachingX509KeyManagerFactory(factory);
        } catch (GeneralSecurityException | IOException unable) {
            throw new SSLException(unable);
        }
    }
}

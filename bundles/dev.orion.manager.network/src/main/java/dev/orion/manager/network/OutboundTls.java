// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What TLS towards others needs: whom to trust. Made when it is needed first, and anew when the
 * file of further issuers has changed; a file that cannot be used changes nothing.
 *
 * <p><b>Threads:</b> any; the file is read by the thread for files.
 */
final class OutboundTls {

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Optional<Path> trust;
    private final SharedTls shared;
    private volatile Look last;
    private Object unusable = ""; // the stamp of what was told of; the thread for files

    OutboundTls(Optional<Path> trust, SharedTls shared) {
        this.trust = trust;
        this.shared = shared;
    }

    /** Runs what handshakes have to calculate. */
    Executor handshakes() {
        return shared.handshakes();
    }

    /**
     * What handshakes need.
     *
     * @param http2 whether nothing else is to be spoken
     */
    CompletableFuture<SslContext> context(boolean http2) {
        Look now = last;
        if (now != null && (trust.isEmpty() || System.nanoTime() - now.nanos() < FRESH_NANOS)) {
            return CompletableFuture.completedFuture(now.context(http2));
        }
        try {
            return CompletableFuture.supplyAsync(() -> look().context(http2), shared.files());
        } catch (RejectedExecutionException ended) {
            return CompletableFuture.failedFuture(ended);
        }
    }

    private Look look() {
        Look before = last;
        Object stamp = trust.map(Credential::stamp).orElse("");
        if (before != null && stamp.equals(before.stamp())) {
            last = new Look(System.nanoTime(), stamp, before.plain(), before.http2());
            return last;
        }
        try {
            TrustManagerFactory trusted = trusted();
            last =
                    new Look(
                            System.nanoTime(),
                            stamp,
                            context(trusted, List.of()),
                            context(trusted, List.of(ApplicationProtocolNames.HTTP_2)));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException unable) {
            if (before == null) {
                throw new IllegalStateException(unable.getMessage(), unable);
            }
            if (!stamp.equals(unusable)) {
                unusable = stamp;
                log.atError()
                        .addKeyValue("reason", unable.getMessage())
                        .addKeyValue("former_stays", true)
                        .log("Trusted issuers cannot be used");
            }
            // With its stamp, so that it is tried again: who may read it leaves no trace in one.
            last = new Look(System.nanoTime(), before.stamp(), before.plain(), before.http2());
        }
        return last;
    }

    private static SslContext context(TrustManagerFactory trusted, List<String> protocols)
            throws SSLException {
        var builder =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.2", "TLSv1.3")
                        .ciphers(ServerContexts.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                        .endpointIdentificationAlgorithm("HTTPS") // RFC 9110 §4.3.4
                        .trustManager(trusted);
        if (!protocols.isEmpty()) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            protocols));
        }
        return builder.build();
    }

    /** The JDK's issuers, and those of the file. */
    private TrustManagerFactory trusted() throws GeneralSecurityException, IOException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        if (trust.isEmpty()) {
            return factory;
        }
        KeyStore all = KeyStore.getInstance("PKCS12");
        all.load(null, null);
        int number = 0;
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                for (X509Certificate issuer : known.getAcceptedIssuers()) {
                    all.setCertificateEntry("issuer" + number++, issuer);
                }
            }
        }
        for (X509Certificate issuer : Identity.certificates(trust.get())) {
            all.setCertificateEntry("issuer" + number++, issuer);
        }
        var both = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        both.init(all);
        return both;
    }

    /** What a look at the file came to. */
    private record Look(long nanos, Object stamp, SslContext plain, SslContext http2) {

        SslContext context(boolean wantsHttp2) {
            return wantsHttp2 ? http2 : plain;
        }
    }
}

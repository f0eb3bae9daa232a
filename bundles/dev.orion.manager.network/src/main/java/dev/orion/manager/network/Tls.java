// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.AsyncMapping;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one listener needs for handshakes, made of files when somebody comes and made anew when the
 * files have changed.
 *
 * <p>Files that cannot be used change nothing as long as there were better ones.
 *
 * <p><b>Threads:</b> any; files are read by the thread for them.
 */
final class Tls implements AsyncMapping<String, SslContext> {

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
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

    private final String listener;
    private final TlsSettings settings;
    private final DevelopmentCertificate development;
    private final Executor files;
    private final Executor handshakes;

    // the thread for files
    private List<Object> used = List.of();
    private List<Object> unusable = List.of();

    // any thread
    private volatile Look last;

    /** Guards {@link #looking}. */
    private final Object lock = new Object();

    private CompletableFuture<SslContext> looking;

    /**
     * @param files has one thread, which may block
     * @param handshakes calculates for them
     */
    Tls(
            String listener,
            TlsSettings settings,
            DevelopmentCertificate development,
            Executor files,
            Executor handshakes) {
        this.listener = listener;
        this.settings = settings;
        this.development = development;
        this.files = files;
        this.handshakes = handshakes;
    }

    /** Runs what a handshake has to calculate, of one connection one thing at a time. */
    Executor handshakes() {
        return handshakes;
    }

    /**
     * Sees to it that handshakes will find what they need.
     *
     * <p>A development certificate that is there is not even read: at a start there are better
     * things to do.
     */
    CompletableFuture<Void> prepare() {
        if (settings.identity().isPresent() || settings.clientCa().isPresent()) {
            return look().thenAccept(ready -> {});
        }
        if (development.isThere()) {
            return CompletableFuture.completedFuture(null);
        }
        return onFilesThread(
                () -> {
                    if (!development.isThere()) { // another listener may have been first
                        development.make();
                    }
                });
    }

    @Override
    public Future<SslContext> map(String serverName, Promise<SslContext> promise) {
        Look now = last;
        if (now != null && System.nanoTime() - now.nanos() < FRESH_NANOS) {
            return now.tell(promise);
        }
        look().whenComplete(
                        (context, failed) -> {
                            if (failed == null) {
                                promise.trySuccess(context);
                            } else {
                                promise.tryFailure(failed);
                            }
                        });
        return promise;
    }

    /** Everybody who comes meanwhile shares one look at the files. */
    private CompletableFuture<SslContext> look() {
        synchronized (lock) {
            if (looking == null) {
                var look = new CompletableFuture<SslContext>();
                looking = look;
                onFilesThread(this::lookAtFiles)
                        .whenComplete(
                                (done, failed) -> {
                                    endOfLook();
                                    if (failed == null) {
                                        last.tell(look);
                                    } else {
                                        look.completeExceptionally(failed);
                                    }
                                });
                return look;
            }
            return looking;
        }
    }

    private void endOfLook() {
        synchronized (lock) {
            looking = null;
        }
    }

    private CompletableFuture<Void> onFilesThread(Runnable task) {
        try {
            return CompletableFuture.runAsync(task, files);
        } catch (RejectedExecutionException ended) {
            return CompletableFuture.failedFuture(ended);
        }
    }

    private void lookAtFiles() {
        List<Object> now = stamps();
        Look before = last;
        Optional<SslContext> old = before == null ? Optional.empty() : before.context();
        if (old.isPresent() && !hasExpired(before) && (now.equals(used) || now.equals(unusable))) {
            last = new Look(System.nanoTime(), old, before.identity(), "");
            return;
        }
        try {
            Identity identity =
                    settings.identity().map(Identity::read).orElseGet(development::read);
            SslContext context = context(identity);
            // The development certificate may have been made just now.
            used = settings.identity().isPresent() ? now : stamps();
            last = new Look(System.nanoTime(), Optional.of(context), identity, "");
            recordUse(identity.certificate());
        } catch (IllegalArgumentException | IllegalStateException | SSLException unable) {
            keep(before, old, now, unable);
        }
    }

    private void keep(Look before, Optional<SslContext> old, List<Object> now, Exception unable) {
        String reason = String.valueOf(unable.getMessage());
        boolean isNews = !now.equals(unusable);
        unusable = now;
        last = new Look(System.nanoTime(), old, before == null ? null : before.identity(), reason);
        if (isNews) {
            log.atError()
                    .addKeyValue("listener", listener)
                    .addKeyValue("reason", reason)
                    .addKeyValue("former_stays", old.isPresent())
                    .log("TLS files cannot be used");
        }
    }

    private boolean hasExpired(Look look) {
        return settings.identity().isEmpty() && development.isExpired(look.identity());
    }

    private void recordUse(X509Certificate certificate) {
        log.atInfo()
                .addKeyValue("listener", listener)
                .addKeyValue("subject", certificate.getSubjectX500Principal().getName())
                .addKeyValue("valid_until", certificate.getNotAfter().toInstant())
                .log("TLS certificate in use");
    }

    private SslContext context(Identity identity) throws SSLException {
        var builder =
                SslContextBuilder.forServer(
                                identity.key(), identity.chain().toArray(X509Certificate[]::new))
                        .sslProvider(SslProvider.JDK)
                        .protocols(settings.versions().stream().map(one -> "TLSv" + one).toList())
                        .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                        .sessionCacheSize(SESSIONS)
                        .sessionTimeout(SESSION_SECONDS)
                        .clientAuth(settings.clients().mode());
        settings.clientCa().map(Identity::certificates).ifPresent(builder::trustManager);
        if (!settings.protocols().isEmpty()) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            settings.protocols()));
        }
        return builder.build();
    }

    /** Which files there are now, so that others in their places are noticed. */
    private List<Object> stamps() {
        TlsSettings.Files identity = settings.identity().orElse(development.files());
        List<Object> stamps = new ArrayList<>();
        stamps.add(stamp(identity.certificate()));
        stamps.add(stamp(identity.key()));
        settings.clientCa().ifPresent(file -> stamps.add(stamp(file)));
        return stamps;
    }

    /** Another one when the file is another one. */
    static Object stamp(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(
                    attributes.lastModifiedTime(),
                    attributes.size(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException notThere) {
            return "";
        }
    }

    /**
     * What a look at the files came to.
     *
     * @param context empty when nothing could be used so far
     * @param identity null when {@code context} is empty
     */
    private record Look(
            long nanos, Optional<SslContext> context, Identity identity, String failure) {

        Future<SslContext> tell(Promise<SslContext> promise) {
            return context.isPresent()
                    ? promise.setSuccess(context.get())
                    : promise.setFailure(new SSLException(failure));
        }

        void tell(CompletableFuture<SslContext> future) {
            if (context.isPresent()) {
                future.complete(context.get());
            } else {
                future.completeExceptionally(new SSLException(failure));
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.SslContext;
import io.netty.util.AsyncMapping;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * What one listener needs for handshakes, made of files when somebody comes and made anew when the
 * files have changed.
 *
 * <p><b>Threads:</b> any; files are read by the thread for them.
 */
final class Tls implements AsyncMapping<String, SslContext> {

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TlsSettings settings;
    private final DevelopmentCertificate development;
    private final List<Credential> credentials;
    private final Executor files;
    private final Executor handshakes;

    // any thread
    private volatile Look last;

    /** Guards {@link #looking}. */
    private final Object lock = new Object();

    private CompletableFuture<Look> looking;

    /**
     * @param files has one thread, which may block
     * @param handshakes calculates for them
     */
    Tls(
            String listener,
            ServerContexts contexts,
            DevelopmentCertificate development,
            Executor files,
            Executor handshakes) {
        this.settings = contexts.settings();
        this.development = development;
        this.files = files;
        this.handshakes = handshakes;
        Stream<? extends IdentityFiles> sources =
                settings.identities().isEmpty()
                        ? Stream.of(development)
                        : settings.identities().stream();
        this.credentials =
                sources.map(
                                source ->
                                        new Credential(
                                                listener, source, settings.clientCa(), contexts))
                        .toList();
    }

    /** Runs what a handshake has to calculate, of one connection one thing at a time. */
    Executor handshakes() {
        return handshakes;
    }

    /**
     * Sees to it that handshakes will find what they need, and makes nothing of it yet.
     *
     * <p>A development certificate that is there is not even read: at a start there are better
     * things to do.
     */
    CompletableFuture<Void> prepare() {
        if (!settings.identities().isEmpty() || settings.clientCa().isPresent()) {
            return onFilesThread(() -> credentials.forEach(Credential::prepare));
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
            now.tell(serverName, promise);
            return promise;
        }
        look().whenComplete(
                        (look, failed) -> {
                            if (failed == null) {
                                look.tell(serverName, promise);
                            } else {
                                promise.tryFailure(failed);
                            }
                        });
        return promise;
    }

    /** Everybody who comes meanwhile shares one look at the files. */
    private CompletableFuture<Look> look() {
        synchronized (lock) {
            if (looking == null) {
                var look = new CompletableFuture<Look>();
                looking = look;
                onFilesThread(this::lookAtFiles)
                        .whenComplete(
                                (done, failed) -> {
                                    endOfLook();
                                    if (failed == null) {
                                        look.complete(last);
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
        boolean isNews = false;
        for (Credential credential : credentials) {
            isNews |= credential.refresh();
        }
        Look before = last;
        boolean isSame = !isNews && before != null && before.contexts().isPresent();
        last =
                isSame
                        ? new Look(System.nanoTime(), before.contexts(), "")
                        : seen(System.nanoTime());
    }

    /** What the credentials have come to; nothing as long as one of them could not be used. */
    private Look seen(long nanos) {
        Optional<Credential> without =
                credentials.stream().filter(one -> one.inUse().isEmpty()).findFirst();
        if (without.isPresent()) {
            return new Look(nanos, Optional.empty(), without.get().failure());
        }
        List<ByServerName.Named<SslContext>> named =
                credentials.stream().flatMap(one -> one.inUse().stream()).map(Tls::named).toList();
        return new Look(nanos, Optional.of(new ByServerName<>(named)), "");
    }

    private static ByServerName.Named<SslContext> named(Credential.InUse used) {
        return new ByServerName.Named<>(used.identity().dnsNames(), used.context());
    }

    /**
     * What a look at the files came to.
     *
     * @param contexts empty when there was not something to be used for each certificate so far
     */
    private record Look(long nanos, Optional<ByServerName<SslContext>> contexts, String failure) {

        void tell(String serverName, Promise<SslContext> promise) {
            if (contexts.isPresent()) {
                promise.trySuccess(contexts.get().find(serverName));
            } else {
                promise.tryFailure(new SSLException(failure));
            }
        }
    }
}

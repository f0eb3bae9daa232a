// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the TLS of all listeners shares: the development certificate, one thread that reads and
 * writes files, and threads for the arithmetic of handshakes, which takes too long for an event
 * loop (the first handshake also loads half of JSSE). They are there only while they have something
 * to do.
 */
final class SharedTls implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");
    private static final long IDLE_SECONDS = 5;

    private final DevelopmentCertificate development;
    private final ThreadPoolExecutor files;
    private final ThreadPoolExecutor handshakes;
    private final String wantedProvider;

    // written by the thread for files
    private volatile TlsProvider provider;
    private volatile Cleaner cleaner;

    SharedTls(Path home, Clock clock, String wantedProvider, int handshakeThreads) {
        this.wantedProvider = wantedProvider;
        development = new DevelopmentCertificate(home.resolve("tls"), clock);
        // As many tasks as there are listeners: each has one look at its files at a time.
        files = threads(1, "orion-tls-files-");
        // As many as there are connections that have not come through it: one at a time of each.
        handshakes = threads(handshakeThreads, "orion-tls-");
    }

    Tls tls(String listener, TlsSettings settings) {
        return new Tls(
                listener, new ServerContexts(settings, this), development, files, handshakes);
    }

    /**
     * Who speaks TLS, found out when somebody comes who wants it spoken.
     *
     * <p><b>Threads:</b> the one for files.
     *
     * @throws IllegalArgumentException when the one that is configured cannot be used here
     */
    TlsProvider provider() {
        if (provider == null) {
            TlsProvider chosen = TlsProvider.choose(wantedProvider);
            provider = chosen;
            recordChoice(chosen);
        }
        return provider;
    }

    /** For people; empty as long as nobody needed one. Any thread. */
    String inUse() {
        TlsProvider chosen = provider;
        return chosen == null ? "" : chosen.label();
    }

    /**
     * Gives the memory of a context back when nobody can reach what is returned.
     *
     * <p><b>Threads:</b> the one for files.
     */
    NativeContext owned(ReferenceCountedOpenSslServerContext counted) {
        if (cleaner == null) {
            cleaner = Cleaner.create();
        }
        return NativeContext.of(counted, cleaner);
    }

    /** The thread that may wait for files. */
    Executor files() {
        return files;
    }

    /** The threads that calculate for handshakes. */
    Executor handshakes() {
        return handshakes;
    }

    @Override
    public void close() {
        files.shutdownNow();
        handshakes.shutdownNow();
    }

    private void recordChoice(TlsProvider chosen) {
        var record = log.atInfo().addKeyValue("provider", chosen.label());
        if (chosen == TlsProvider.JDK && wantedProvider.equals(TlsProvider.AUTO)) {
            record = record.addKeyValue("no_boringssl", TlsProvider.obstacle());
        }
        record.log("TLS provider in use");
    }

    private static ThreadPoolExecutor threads(int count, String prefix) {
        var number = new AtomicInteger();
        var threads =
                new ThreadPoolExecutor(
                        count,
                        count,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> new Thread(task, prefix + number.getAndIncrement()));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the TLS of all listeners shares: the development certificate, one thread that reads and
 * writes files, and threads for the arithmetic of handshakes, which takes too long for an event
 * loop (the first handshake also loads half of JSSE). They are there only while they have something
 * to do.
 */
final class SharedTls implements AutoCloseable {

    private static final long IDLE_SECONDS = 5;

    private final DevelopmentCertificate development;
    private final ThreadPoolExecutor files;
    private final ThreadPoolExecutor handshakes;

    SharedTls(Path home, Clock clock, int handshakeThreads) {
        development = new DevelopmentCertificate(home.resolve("tls"), clock);
        // As many tasks as there are listeners: each has one look at its files at a time.
        files = threads(1, "orion-tls-files-");
        // As many as there are connections that have not come through it: one at a time of each.
        handshakes = threads(handshakeThreads, "orion-tls-");
    }

    Tls tls(String listener, TlsSettings settings) {
        return new Tls(listener, settings, development, files, handshakes);
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

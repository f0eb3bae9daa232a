// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What the TLS of all listeners shares: the development certificate, and one thread that reads and
 * writes files, which is there only while it has something to do.
 */
final class TlsFiles implements AutoCloseable {

    private static final long IDLE_SECONDS = 5;

    private final DevelopmentCertificate development;
    private final ThreadPoolExecutor thread;

    TlsFiles(Path home, Clock clock) {
        development = new DevelopmentCertificate(home.resolve("tls"), clock);
        // As many tasks as there are listeners: each has one look at its files at a time.
        thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> new Thread(task, "orion-tls"));
        thread.allowCoreThreadTimeOut(true);
    }

    Tls tls(String listener, TlsSettings settings) {
        return new Tls(listener, settings, development, thread);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

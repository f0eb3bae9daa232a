// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running Orion inside this process.
 *
 * <p>There can be several, each with a home of its own.
 *
 * <p><b>Threads:</b> any.
 *
 * <p><b>Ends:</b> {@link #close} lets the connections go and returns when every bundle has stopped.
 */
public final class Orion implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BundleIndex index;
    private final SharedPackages shared;
    private final Home home;
    private final BundleRuntime runtime;
    private final AutoCloseable log;
    private final Duration drainTimeout;
    private final List<ListenerInfo> listeners;
    private final AtomicBoolean drained = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    Orion(
            BundleIndex index,
            SharedPackages shared,
            Home home,
            BundleRuntime runtime,
            AutoCloseable log,
            Duration drainTimeout,
            List<ListenerInfo> listeners) {
        this.index = index;
        this.shared = shared;
        this.home = home;
        this.runtime = runtime;
        this.log = log;
        this.drainTimeout = drainTimeout;
        this.listeners = List.copyOf(listeners);
        runtime.beforeStop(this::drain);
    }

    /** What is to be started, with nothing said about it yet. */
    public static OrionBuilder builder() {
        return new OrionBuilder();
    }

    /** Its version. */
    public String version() {
        return index.version();
    }

    /** Where it keeps everything. */
    public Path home() {
        return home.path();
    }

    /** The listeners as they were when it had started, with the ports that the system chose. */
    public List<ListenerInfo> listeners() {
        return listeners;
    }

    /**
     * A service of the API, waiting up to ten seconds for it.
     *
     * <p>Services change while Orion runs: whoever keeps one for long should ask again.
     *
     * @throws IllegalArgumentException when {@code type} is not a type that bundles and host share
     * @throws IllegalStateException when nobody provides it in time, or Orion is closed
     */
    public <T> T service(Class<T> type) {
        return service(type, PATIENCE);
    }

    /** A service of the API, waiting for it as long as is said. */
    public <T> T service(Class<T> type, Duration within) {
        if (!shared.contains(type)) {
            throw new IllegalArgumentException(
                    "service type: " + type.getName() + " (expected: a type of dev.orion.api)");
        }
        if (closed.get()) {
            throw new IllegalStateException("Orion is closed");
        }
        return runtime.service(type, within)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "nobody provides "
                                                + type.getName()
                                                + " (waited "
                                                + within.toMillis()
                                                + " ms)"));
    }

    /** Opens the shell in the terminal of this process; leaving it stops the framework. */
    void openShell() {
        // Those that need no native library to be unpacked; the first is there from JDK 22 on.
        System.setProperty("org.jline.terminal.providers", "ffm,exec");
        runtime.startInteractive();
    }

    void link(StartClasses classes) {
        runtime.link(classes);
    }

    List<String> failures() {
        return runtime.failures();
    }

    /** Returns when Orion has stopped, whoever stopped it. */
    void awaitStop() throws InterruptedException {
        runtime.awaitStop();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        drain();
        stop(runtime, home, log);
    }

    private void drain() {
        if (!drained.compareAndSet(false, true)) {
            return;
        }
        try {
            var network = runtime.service(NetworkManager.class, Duration.ofMillis(1));
            if (network.isPresent()) {
                // The network manager closes what is left; the second is for it to do so.
                network.get()
                        .drain(drainTimeout)
                        .toCompletableFuture()
                        .get(drainTimeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | IllegalStateException notDrained) {
            // Stopping the bundles closes the connections that are left.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static void stop(BundleRuntime runtime, Home home, AutoCloseable log) {
        runtime.close();
        home.close();
        OrionBuilder.close(log);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static java.util.Objects.requireNonNull;

import dev.orion.log.LogControl;
import dev.orion.net.ListenerInfo;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Says what is to be started, and starts it.
 *
 * <p><b>Threads:</b> one.
 */
public final class OrionBuilder {

    static final int MAX_PORT = 65_535;

    private static final Map<String, String> FILE_INSTALL =
            Map.of(
                    "felix.fileinstall.poll", "250",
                    "felix.fileinstall.noInitialDelay", "true",
                    "felix.fileinstall.filter", ".*\\.jar",
                    "felix.fileinstall.subdir.mode", "skip",
                    "felix.fileinstall.enableConfigSave", "false",
                    // Warnings; what goes wrong with a file the bundle that takes it says.
                    "felix.fileinstall.log.level", "2");

    private final List<Path> files = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private final Map<Class<?>, Object> services = new LinkedHashMap<>();

    private Path home = Path.of("orion-home");
    private Optional<String> inline = Optional.empty();
    private int portOffset;
    private boolean shell;
    private boolean standalone;
    private Duration drainTimeout = Duration.ofSeconds(10);
    private Duration patience = Duration.ofSeconds(10);
    private Function<Path, ? extends LogControl> log;
    private BundleIndex index;

    OrionBuilder() {}

    /** The folder that it keeps everything in; made where it is missing. */
    public OrionBuilder home(Path folder) {
        home = requireNonNull(folder, "folder");
        return this;
    }

    /** The configuration as text, in the form of {@code conf/orion.json}, instead of a file. */
    public OrionBuilder config(String json) {
        inline = Optional.of(json);
        return this;
    }

    /** A configuration file instead of {@code conf/orion.json}; later ones add to earlier ones. */
    public OrionBuilder config(Path file) {
        files.add(file.toAbsolutePath());
        return this;
    }

    /** Adds to the port of every listener. */
    public OrionBuilder portOffset(int offset) {
        if (offset < 0 || offset > MAX_PORT) {
            throw new IllegalArgumentException(
                    "port offset: " + offset + " (expected: 0 to " + MAX_PORT + ")");
        }
        portOffset = offset;
        return this;
    }

    /**
     * Sets one value of the configuration.
     *
     * @param setting {@code PID:key=value}
     */
    public OrionBuilder set(String setting) {
        if (!setting.matches("[^:=\\s]+:[^:=\\s]+=[^\\r\\n]*")) {
            throw new IllegalArgumentException(
                    "setting: " + setting + " (expected: PID:key=value)");
        }
        settings.add(setting);
        return this;
    }

    /**
     * Offers a service of the host to the bundles.
     *
     * @param type a type of the API, or one of the host's own that extends such types
     * @throws IllegalArgumentException when bundles could not find it under any type
     */
    public <T> OrionBuilder host(Class<T> type, T instance) {
        requireNonNull(instance, "instance");
        shared().serviceNames(type);
        services.put(type, instance);
        return this;
    }

    /**
     * How long connections have to end by themselves when it is closed; ten seconds if not said.
     */
    public OrionBuilder drainTimeout(Duration timeout) {
        drainTimeout = requireNonNull(timeout, "timeout");
        return this;
    }

    /** The process is Orion's own, which a few things of the JVM then are too. */
    OrionBuilder standalone(boolean withShell) {
        standalone = true;
        shell = withShell;
        return this;
    }

    /** Logs to a folder of the home, by what the function makes. */
    OrionBuilder log(Function<Path, ? extends LogControl> install) {
        log = install;
        return this;
    }

    OrionBuilder index(BundleIndex bundles) {
        index = bundles;
        return this;
    }

    OrionBuilder patience(Duration limit) {
        patience = limit;
        return this;
    }

    /**
     * Starts it, and returns when every listener is bound.
     *
     * @throws StartException when the home cannot be used, the configuration has faults or a
     *     listener cannot be bound; nothing is left running
     */
    public Orion start() {
        Home opened = Home.open(home);
        try {
            return start(opened);
        } catch (IOException unusable) {
            throw new StartException(
                    "home " + opened.path() + ": " + Home.reason(unusable), unusable);
        }
    }

    /** Fills the home as a first start does, without starting anything. */
    void install() throws IOException {
        try (Home opened = Home.open(home)) {
            var runtime =
                    new BundleRuntime(
                            bundleIndex(), shared(), opened.framework(), properties(opened));
            try {
                runtime.install();
            } finally {
                runtime.close();
            }
        }
    }

    private Orion start(Home opened) throws IOException {
        boolean started = false;
        BundleRuntime runtime = null;
        // While the framework is made; each takes about as long as the other.
        CompletableFuture<LogControl> logging =
                log == null
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.supplyAsync(() -> log.apply(opened.log()));
        try {
            Folders.delete(opened.configurations());
            if (files.isEmpty() && inline.isEmpty()) {
                opened.copyDefaultConfiguration();
            }
            runtime =
                    new BundleRuntime(
                            bundleIndex(), shared(), opened.framework(), properties(opened));
            LogControl control = made(logging);
            offer(runtime, control);
            runtime.start();
            List<ListenerInfo> listeners = new StartSequence(runtime, patience).run();
            started = true;
            return new Orion(
                    bundleIndex(),
                    shared(),
                    opened,
                    runtime,
                    closing(control),
                    drainTimeout,
                    listeners);
        } finally {
            if (!started) {
                undo(runtime, opened, logging);
            }
        }
    }

    private static LogControl made(CompletableFuture<LogControl> logging) {
        try {
            return logging.join();
        } catch (CompletionException failure) {
            throw new StartException("log: " + failure.getCause().getMessage(), failure);
        }
    }

    private static void undo(
            BundleRuntime runtime, Home opened, CompletableFuture<LogControl> logging) {
        if (runtime != null) {
            runtime.close();
        }
        opened.close();
        close(closing(logging.exceptionally(failed -> null).join()));
    }

    private void offer(BundleRuntime runtime, LogControl control) {
        if (control != null) {
            runtime.register(new String[] {LogControl.class.getName()}, control);
        }
        services.forEach(
                (type, instance) ->
                        runtime.register(
                                shared().serviceNames(type).toArray(String[]::new), instance));
    }

    private Map<String, String> properties(Home opened) {
        var properties = new HashMap<String, String>();
        properties.put("orion.home", opened.path().toString());
        properties.put("orion.version", bundleIndex().version());
        properties.put("orion.config", joined(files, File.pathSeparator));
        inline.ifPresent(json -> properties.put("orion.config.inline", json));
        properties.put("orion.set", joined(settings, "\n"));
        properties.put("orion.port.offset", Integer.toString(portOffset));
        properties.put("orion.shell", Boolean.toString(shell));
        // Else Gogo reads etc/gosh_profile of the working directory and writes into the user's
        // home.
        properties.put("gosh.home", opened.path().toString());
        properties.put("gosh.args", "--nohistory");
        properties.put("felix.cm.dir", opened.configurations().toString());
        // The JVM has one factory for URL handlers, which is the host's.
        properties.put("felix.service.urlhandlers", Boolean.toString(standalone));
        properties.put("felix.fileinstall.dir", opened.deploy().toString());
        properties.put("felix.fileinstall.tmpdir", opened.temporary().toString());
        properties.putAll(FILE_INSTALL);
        return properties;
    }

    private static String joined(List<?> values, String separator) {
        return values.stream().map(Object::toString).collect(Collectors.joining(separator));
    }

    private BundleIndex bundleIndex() {
        if (index == null) {
            index = BundleIndex.ofLauncher();
        }
        return index;
    }

    private SharedPackages shared() {
        return new SharedPackages(bundleIndex().packages());
    }

    private static AutoCloseable closing(LogControl control) {
        return control instanceof AutoCloseable closeable ? closeable : () -> {};
    }

    static void close(AutoCloseable log) {
        try {
            log.close();
        } catch (Exception failure) { // a border: whatever the log is made of
            throw new IllegalStateException("the log did not close", failure);
        }
    }
}

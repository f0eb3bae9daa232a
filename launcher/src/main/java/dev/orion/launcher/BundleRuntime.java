// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.log.LogService;
import org.osgi.service.log.LoggerFactory;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The OSGi framework with the bundles of an index in it.
 *
 * <p>Its storage is kept between starts; it is made anew when it was made from another index, when
 * a start before did not get through with it, and when the framework cannot read it.
 *
 * <p><b>Ends:</b> {@link #close} stops every bundle and returns when they have stopped.
 */
final class BundleRuntime implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final String FINGERPRINT = "orion.fingerprint";

    private final BundleIndex index;
    private final Path storage;
    private final Map<String, String> properties;
    private final BundleFailures failures = new BundleFailures();
    private final Map<Class<?>, ServiceTracker<?, ?>> trackers = new ConcurrentHashMap<>();

    private Framework framework;

    /**
     * Makes the framework, without any bundle running.
     *
     * @param properties what the bundles are told, beside the settings that the framework needs
     */
    BundleRuntime(
            BundleIndex index, SharedPackages shared, Path storage, Map<String, String> properties)
            throws IOException {
        this.index = index;
        this.storage = storage;
        this.properties = new HashMap<>(properties);
        this.properties.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        this.properties.put(Constants.FRAMEWORK_BSNVERSION, "multiple");
        this.properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, shared.exports());
        this.properties.put(
                Constants.FRAMEWORK_BEGINNING_STARTLEVEL,
                Integer.toString(BundleIndex.Kind.lastStartLevel()));
        this.properties.put("felix.startlevel.bundle", startLevel(BundleIndex.Kind.DEPLOYER));
        // A class that no bundle has is missing; the class path is not searched for it.
        this.properties.put("ds.cache.metadata", "true"); // components are not read again from XML
        this.properties.put("felix.bootdelegation.implicit", "false");
        // The JDK links the events of its flight recorder, which Netty has some of, to itself;
        // the native transports look for the JDK's channels.
        this.properties.put(Constants.FRAMEWORK_BOOTDELEGATION, "jdk.jfr,jdk.jfr.*,sun.nio.ch");
        this.properties.put("felix.log.level", Integer.toString(FrameworkLog.LOG_WARNING));
        create();
    }

    private static String startLevel(BundleIndex.Kind kind) {
        return Integer.toString(kind.startLevel());
    }

    private void create() throws IOException {
        if (!isCurrent()) {
            Folders.delete(storage);
        }
        try {
            framework = initialized();
        } catch (BundleException | RuntimeException unusable) {
            Folders.delete(storage);
            try {
                framework = initialized();
            } catch (BundleException alsoWhenNew) {
                throw unusable(alsoWhenNew);
            }
        }
    }

    private boolean isCurrent() throws IOException {
        Path fingerprint = storage.resolve(FINGERPRINT);
        return Files.exists(fingerprint)
                && Files.readString(fingerprint).equals(index.fingerprint());
    }

    private Framework initialized() throws BundleException {
        Framework created =
                ServiceLoader.load(FrameworkFactory.class, BundleRuntime.class.getClassLoader())
                        .findFirst()
                        .orElseThrow(() -> new StartException("framework: not on the class path"))
                        .newFramework(configuration());
        created.init();
        created.getBundleContext().addFrameworkListener(failures);
        return created;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Felix takes its logger as an object
    private Map<String, String> configuration() {
        Map configuration = new HashMap<String, Object>(properties);
        configuration.put(FrameworkLog.PROPERTY, new FrameworkLog(failures));
        return configuration;
    }

    /** Has what the bundles log by the OSGi log go where everything else goes. */
    private void offerLog() {
        register(
                new String[] {LogService.class.getName(), LoggerFactory.class.getName()},
                new BundleLog.PerBundle());
    }

    /** Makes a service of the class path known to the bundles. */
    void register(String[] names, Object service) {
        context().registerService(names, service, null);
    }

    /** Does something before the first bundle is stopped, whoever stops the framework. */
    void beforeStop(Runnable action) {
        SynchronousBundleListener listener =
                event -> {
                    if (event.getType() == BundleEvent.STOPPING
                            && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
                        action.run();
                    }
                };
        context().addBundleListener(listener);
    }

    /** Fills the storage, without starting anything. */
    void install() throws IOException {
        try {
            prepare();
            noteComplete();
        } catch (BundleException failure) {
            throw unusable(failure);
        }
    }

    /** Starts the bundles, level by level. */
    void start() throws IOException {
        try {
            offerLog();
            boolean complete = isCurrent();
            List<Bundle> bundles = prepare();
            // All at once is much quicker than one after another, each when it is started. What
            // cannot be resolved says so when it is started.
            framework.adapt(FrameworkWiring.class).resolveBundles(bundles);
            StartClasses.ofProcess().loadAhead(context());
            framework.start();
            if (!complete) {
                noteComplete();
            }
        } catch (BundleException failure) {
            throw unusable(failure);
        }
    }

    private void noteComplete() throws IOException {
        Files.writeString(storage.resolve(FINGERPRINT), index.fingerprint());
    }

    private static StartException unusable(BundleException failure) {
        return new StartException("framework: " + failure.getMessage(), failure);
    }

    private List<Bundle> prepare() throws IOException, BundleException {
        var bundles = new ArrayList<Bundle>();
        for (BundleIndex.Entry entry : index.bundles()) {
            // What talks with a terminal costs time at every start: it comes when it is needed.
            if (entry.fitsHere() && entry.kind() != BundleIndex.Kind.INTERACTIVE) {
                bundles.add(prepare(entry));
            }
        }
        return bundles;
    }

    private Bundle prepare(BundleIndex.Entry entry) throws IOException, BundleException {
        Bundle bundle = installed(entry);
        if (entry.kind() == BundleIndex.Kind.FRAGMENT) {
            return bundle;
        }
        BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
        if (level.getStartLevel() != entry.kind().startLevel()) {
            level.setStartLevel(entry.kind().startLevel());
        }
        // Nothing runs yet: this only notes that it shall.
        if (!level.isPersistentlyStarted()) {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
        return bundle;
    }

    private Bundle installed(BundleIndex.Entry entry) throws IOException, BundleException {
        Bundle bundle = context().getBundle(entry.bundleLocation());
        if (bundle != null) {
            return bundle;
        }
        try (InputStream content = index.open(entry)) {
            return context().installBundle(entry.bundleLocation(), content);
        }
    }

    /** Loads and verifies classes of the bundles. */
    void link(StartClasses classes) {
        classes.link(context());
    }

    /** Starts what talks with a terminal, for this run only. */
    void startInteractive() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(null); // else JLine looks there for what it has in its bundle
        try {
            var interactive = new ArrayList<Bundle>();
            for (BundleIndex.Entry entry : index.bundles()) {
                if (entry.kind() == BundleIndex.Kind.INTERACTIVE) {
                    interactive.add(installed(entry));
                }
            }
            interactive.forEach(this::startTransiently);
        } catch (IOException | BundleException failure) {
            throw new StartException("shell: " + failure.getMessage(), failure);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void startTransiently(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
        } catch (BundleException failure) {
            failures.report(bundle, failure);
        }
    }

    /** The service of a type, as soon as there is one. */
    <T> Optional<T> service(Class<T> type, Duration within) {
        ServiceTracker<?, ?> tracker = trackers.computeIfAbsent(type, this::opened);
        try {
            return Optional.ofNullable(tracker.waitForService(Math.max(1, within.toMillis())))
                    .map(type::cast);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private ServiceTracker<?, ?> opened(Class<?> type) {
        var tracker = new ServiceTracker<Object, Object>(context(), type.getName(), null);
        tracker.open();
        return tracker;
    }

    /** What did not start, one line each. */
    List<String> failures() {
        return failures.lines();
    }

    List<Bundle> bundles() {
        return List.of(context().getBundles());
    }

    private BundleContext context() {
        BundleContext context = framework.getBundleContext();
        if (context == null) {
            throw new IllegalStateException("Orion is closed");
        }
        return context;
    }

    /** Returns when the framework has stopped, whoever stopped it. */
    void awaitStop() throws InterruptedException {
        framework.waitForStop(0);
    }

    @Override
    public void close() {
        trackers.values().forEach(ServiceTracker::close);
        try {
            framework.stop();
            framework.waitForStop(STOP_LIMIT.toMillis());
        } catch (BundleException failure) {
            failures.report(framework, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

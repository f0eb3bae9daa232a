// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.osgi.service.component.annotations.FieldOption.REPLACE;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.ConfigurationManager;
import dev.orion.configuration.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration files, in force from the first {@link #load} on; also over a restart of this
 * bundle, after which it goes on by itself with what the files say then.
 */
@Component(immediate = true)
public final class FileConfigurations implements ConfigurationManager {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.config");

    private static final int MOST_FAULTS_IN_LOG = 100;

    private final Inputs inputs;
    private final InstalledDefinitions definitions;
    private final Applier applier;
    private final FileWatch.Timing timing;

    /** One load at a time, and no lock while checks are asked. */
    private final ExecutorService worker;

    /** Replaced as a whole; read once per load. */
    @Reference(policy = DYNAMIC, policyOption = GREEDY, fieldOption = REPLACE)
    private volatile List<ConfigurationCheck> checks = List.of();

    // any thread
    private volatile Set<String> inForce = Set.of();

    // the worker
    private Optional<FileWatch> watch = Optional.empty();

    @Activate
    public FileConfigurations(BundleContext context, @Reference ConfigurationAdmin admin) {
        this(context, admin, FileWatch.Timing.DEFAULT);
    }

    FileConfigurations( // for tests
            BundleContext context, ConfigurationAdmin admin, FileWatch.Timing timing) {
        this.inputs = Inputs.of(context::getProperty);
        this.definitions = new InstalledDefinitions(context);
        this.applier = new Applier(admin);
        this.timing = timing;
        this.worker =
                Executors.newSingleThreadExecutor(
                        work -> {
                            var thread = new Thread(work, "orion-config");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Goes on where an instance before this one was stopped. At a start it reads the definitions
     * that are there while the other bundles are started, so that the load has little left to read.
     */
    @Activate
    void begin() {
        worker.execute(
                () -> {
                    if (applier.hasApplied()) {
                        loadNow();
                    } else {
                        definitions.all();
                    }
                });
    }

    void checks(List<ConfigurationCheck> now) { // for tests
        checks = List.copyOf(now);
    }

    @Override
    public List<Fault> load() {
        try {
            return worker.submit(this::loadNow).get();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return List.of(new Fault("configuration", 0, "interrupted"));
        } catch (ExecutionException broken) {
            throw new IllegalStateException(broken.getCause());
        }
    }

    @Override
    public Set<String> names(String factoryPid) {
        String prefix = factoryPid + "~";
        return inForce.stream()
                .filter(pid -> pid.startsWith(prefix))
                .map(pid -> pid.substring(prefix.length()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private List<Fault> loadNow() {
        List<Object> stamps = FileWatch.stamps(inputs.files());
        ResourceParser.Parsed parsed = inputs.read();
        Checker.Checked checked =
                Checker.check(Merge.of(parsed.sections()), definitions.all(), checks);
        var faults = new ArrayList<>(parsed.faults());
        faults.addAll(checked.faults());
        if (faults.isEmpty()) {
            apply(checked).ifPresent(faults::add);
        }
        if (!faults.isEmpty()) {
            faults.sort(Comparator.comparing(Fault::source).thenComparingInt(Fault::line));
            refused(faults);
        }
        watchFrom(stamps);
        return List.copyOf(faults);
    }

    private Optional<Fault> apply(Checker.Checked checked) {
        var wanted = new LinkedHashMap<String, Map<String, Object>>();
        wanted.put(FileServerKeys.PID, Map.of()); // has a life without a line in the file
        checked.proposals().forEach(one -> wanted.put(one.pid(), one.values()));
        try {
            Applier.Changes changes = applier.apply(wanted);
            Set<String> before = inForce;
            inForce = Set.copyOf(wanted.keySet());
            applied(changes);
            undescribed(checked.undescribed(), before);
            return Optional.empty();
        } catch (IOException broken) {
            return Optional.of(new Fault("configuration", 0, "cannot be stored: " + broken));
        }
    }

    private static void applied(Applier.Changes changes) {
        if (changes.isEmpty()) {
            LOG.debug("Configuration unchanged");
            return;
        }
        var event = LOG.atInfo();
        if (!changes.created().isEmpty()) {
            event = event.addKeyValue("created", String.join(", ", changes.created()));
        }
        if (!changes.updated().isEmpty()) {
            event = event.addKeyValue("updated", String.join(", ", changes.updated()));
        }
        if (!changes.deleted().isEmpty()) {
            event = event.addKeyValue("deleted", String.join(", ", changes.deleted()));
        }
        event.log("Configuration applied");
    }

    /** Says it once for every new one. */
    private static void undescribed(List<String> pids, Set<String> before) {
        List<String> fresh = pids.stream().filter(pid -> !before.contains(pid)).toList();
        if (!fresh.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("pids", String.join(", ", fresh))
                    .log("Configuration accepted unchecked until a bundle describes it");
        }
    }

    private static void refused(List<Fault> faults) {
        var event = LOG.atError().addKeyValue("faults", faults.size());
        for (int i = 0; i < Math.min(faults.size(), MOST_FAULTS_IN_LOG); i++) {
            event = event.addKeyValue("fault_" + (i + 1), faults.get(i));
        }
        event.log("Configuration refused, nothing is changed");
    }

    private void watchFrom(List<Object> stamps) {
        if (watch.isEmpty() && !inputs.files().isEmpty()) {
            var now = new FileWatch(inputs.files(), stamps, timing, this::changed);
            now.start();
            watch = Optional.of(now);
        }
    }

    private void changed() {
        try {
            worker.submit(this::loadNow).get();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Configuration not loaded, the bundle stops");
        } catch (ExecutionException broken) {
            LOG.atError().setCause(broken.getCause()).log("Configuration could not be loaded");
        }
    }

    @Deactivate
    void close() {
        worker.submit(() -> watch.ifPresent(FileWatch::close));
        worker.shutdown();
        try {
            worker.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import static java.util.Comparator.comparing;

import dev.orion.deploy.DeployInfo;
import dev.orion.deploy.DeployInfo.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Makes the framework's bundles follow the files of the folder.
 *
 * <p>Changes are gathered for a moment and handled in rounds: first everything that came is
 * installed, then all of it is started, so that jars may need each other whatever their order. When
 * a round has got something running, what has failed before is tried again.
 *
 * <p><b>Threads:</b> the deploy thread, but {@link #deployed} any.
 */
final class Deployer {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.hotdeploy");
    private static final Duration GATHER = Duration.ofMillis(50);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /** A bundle to start for a file. */
    private record Candidate(Plugin plugin, Bundle bundle, Optional<Bundle> predecessor) {}

    private record Found(Plugin plugin, PluginJar jar) {}

    private final Path folder;
    private final Path work;
    private final HotDeploy.Settings settings;
    private final Bundles bundles;
    private final Traffic traffic;
    private final DeployThread thread;
    private final Retirement retirement;
    private final Map<String, Plugin> plugins = new TreeMap<>();

    /** Bundles whose work others have taken over in this round. */
    private final List<Bundle> leaving = new ArrayList<>();

    private boolean isScheduled;

    // any thread
    private volatile List<DeployInfo> deployed = List.of();

    Deployer(
            HotDeploy.Settings settings,
            Path folder,
            Path work,
            Bundles bundles,
            Traffic traffic,
            DeployThread thread) {
        this.settings = settings;
        this.folder = folder;
        this.work = work;
        this.bundles = bundles;
        this.traffic = traffic;
        this.thread = thread;
        this.retirement =
                new Retirement(
                        bundles, traffic, thread, settings.drainTimeout(), () -> settleIn(GATHER));
    }

    List<DeployInfo> deployed() {
        return deployed;
    }

    /** Takes up what is installed from before: of each file the highest version. */
    void begin() {
        List<Bundle> highestFirst =
                bundles.ours().stream()
                        .sorted(comparing(Bundle::getVersion, Comparator.reverseOrder()))
                        .toList();
        for (Bundle bundle : highestFirst) {
            Plugin plugin = plugins.computeIfAbsent(Bundles.file(bundle), Plugin::new);
            if (plugin.bundle.isPresent()) {
                bundles.uninstall(bundle);
            } else {
                plugin.adopt(bundle, info(plugin.file, bundle, stateOf(bundle), ""));
                plugin.isDue = true;
            }
        }
        settleIn(Duration.ZERO);
    }

    /** The file has come, changed or gone. */
    void changed(String file) {
        plugins.computeIfAbsent(file, Plugin::new).changed();
        settleIn(GATHER);
    }

    private void settleIn(Duration delay) {
        if (!isScheduled) {
            isScheduled = true;
            thread.after(delay, this::settle);
        }
    }

    private void settle() {
        isScheduled = false;
        boolean changed = round(plugin -> plugin.isDue);
        while (changed) {
            changed = round(plugin -> plugin.isDue || plugin.mayRetry);
        }
        publish();
        if (!leaving.isEmpty()) {
            List<Bundle> now = List.copyOf(leaving);
            leaving.clear();
            now.forEach(retirement::retire);
            publish();
        }
    }

    private void publish() {
        deployed =
                Stream.concat(plugins.values().stream().map(Plugin::info), retirement.infos())
                        .sorted(comparing(DeployInfo::file))
                        .toList();
        plugins.values().stream().filter(plugin -> !plugin.isBusy).forEach(Plugin::announce);
    }

    /** Handles the files that are meant, and says whether something runs now that did not. */
    private boolean round(Predicate<Plugin> which) {
        List<Plugin> due =
                plugins.values().stream().filter(which).filter(each -> !each.isBusy).toList();
        List<Found> found = new ArrayList<>();
        boolean changed = false;
        for (Plugin plugin : due) {
            plugin.isDue = false;
            plugin.mayRetry = false;
            plugin.bundle = plugin.bundle.filter(each -> each.getState() != Bundle.UNINSTALLED);
            if (Files.isRegularFile(folder.resolve(plugin.file))) {
                look(plugin).ifPresent(jar -> found.add(new Found(plugin, jar)));
            } else {
                changed |= remove(plugin);
            }
        }
        found.sort(comparing(each -> each.jar().version(), Comparator.reverseOrder()));
        List<Candidate> candidates = new ArrayList<>();
        for (Found each : found) {
            place(each.plugin(), each.jar(), candidates);
            deleteCopy(each.jar());
        }
        for (Candidate each : candidates) {
            changed |= start(each);
        }
        return changed;
    }

    private Optional<PluginJar> look(Plugin plugin) {
        Path file = folder.resolve(plugin.file);
        try {
            PluginJar jar = PluginJar.read(file, work.resolve(plugin.file));
            plugin.unfinished = "";
            return Optional.of(jar);
        } catch (BrokenJarException broken) {
            if (isStillBeingWritten(plugin, file)) {
                plugin.isDue = true;
                thread.after(LOOK_AGAIN, () -> settleIn(Duration.ZERO));
            } else {
                broken(plugin, broken.getMessage());
            }
            return Optional.empty();
        }
    }

    /** Whether a file that is no jar has changed within the last moment. */
    private boolean isStillBeingWritten(Plugin plugin, Path file) {
        String now;
        try {
            now = Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            now = "";
        }
        if (!now.equals(plugin.unfinished)) {
            plugin.unfinished = now;
            plugin.unfinishedSince = System.nanoTime();
        }
        return System.nanoTime() - plugin.unfinishedSince < settings.settleTime().toNanos();
    }

    private void broken(Plugin plugin, String reason) {
        plugin.bundle.ifPresent(this::startQuietly);
        plugin.tell(
                Level.WARN,
                "Plug-in broken",
                new DeployInfo(plugin.file, "", "", State.BROKEN, reason + stays(plugin.bundle)));
    }

    /** Decides what a jar is: known, new, changed, or a newer version of what runs. */
    private void place(Plugin plugin, PluginJar jar, List<Candidate> candidates) {
        try {
            if (plugin.bundle.isPresent()) {
                placeAgain(plugin, plugin.bundle.get(), jar, candidates);
            } else {
                placeNew(plugin, jar, candidates);
            }
        } catch (BundleException | IllegalArgumentException refused) {
            broken(plugin, Reasons.oneLine(refused));
        }
    }

    private void placeNew(Plugin plugin, PluginJar jar, List<Candidate> candidates)
            throws BundleException {
        Optional<Bundle> rival = rival(jar.symbolicName(), candidates);
        if (rival.isPresent() && rival.get().getVersion().compareTo(jar.version()) >= 0) {
            plugin.mayRetry = true;
            plugin.tell(
                    Level.INFO,
                    "Plug-in superseded",
                    new DeployInfo(
                            plugin.file,
                            jar.symbolicName(),
                            jar.version().toString(),
                            State.SUPERSEDED,
                            rival.get().getVersion() + " of " + origin(rival.get()) + " runs"));
            return;
        }
        candidates.add(new Candidate(plugin, bundles.install(plugin.file, jar), rival));
    }

    private void placeAgain(Plugin plugin, Bundle bundle, PluginJar jar, List<Candidate> candidates)
            throws BundleException {
        if (bundles.isFrom(bundle, jar)) {
            candidates.add(new Candidate(plugin, bundle, Optional.empty()));
        } else if (!bundle.getSymbolicName().equals(jar.symbolicName())) {
            stopThenPlace(plugin, bundle, () -> forget(plugin, bundle));
        } else if (!Bundles.isRunning(bundle)) {
            update(plugin, bundle, jar, candidates);
        } else if (jar.version().compareTo(bundle.getVersion()) > 0) {
            Bundle fresh = bundles.install(plugin.file, jar);
            candidates.add(new Candidate(plugin, fresh, Optional.of(bundle)));
        } else {
            stopThenPlace(plugin, bundle, () -> {});
        }
    }

    private void update(Plugin plugin, Bundle bundle, PluginJar jar, List<Candidate> candidates)
            throws BundleException {
        bundles.update(bundle, jar);
        plugin.isReplaced = true;
        plugin.adopt(bundle, info(plugin.file, bundle, State.NEW, ""));
        if (!bundles.isStillWired(bundle)) {
            candidates.add(new Candidate(plugin, bundle, Optional.empty()));
            return;
        }
        plugin.isBusy = true;
        bundles.refresh(bundle, () -> thread.execute(() -> again(plugin)));
    }

    private void stopThenPlace(Plugin plugin, Bundle bundle, Runnable between) {
        plugin.isBusy = true;
        retirement.stopThen(
                bundle,
                () -> {
                    between.run();
                    again(plugin);
                });
    }

    private void again(Plugin plugin) {
        plugin.isBusy = false;
        plugin.isDue = true;
        settleIn(Duration.ZERO);
    }

    /** Starts a bundle; whether it runs now and did not before. */
    private boolean start(Candidate candidate) {
        Plugin plugin = candidate.plugin();
        Bundle bundle = candidate.bundle();
        if (Bundles.isRunning(bundle)) {
            runs(plugin, bundle, plugin.info().state() == State.ACTIVE ? "" : "Plug-in started");
            return false;
        }
        try {
            if (!Bundles.isFragment(bundle)) {
                bundle.start();
            }
        } catch (BundleException failed) {
            failed(candidate, failed);
            return false;
        }
        if (candidate.predecessor().isPresent()) {
            awaitTakeOver(candidate, candidate.predecessor().get());
        } else {
            runs(plugin, bundle, plugin.isReplaced ? "Plug-in replaced" : "Plug-in started");
        }
        return true;
    }

    private void runs(Plugin plugin, Bundle bundle, String message) {
        plugin.bundle = Optional.of(bundle);
        plugin.isReplaced = false;
        plugin.tell(Level.INFO, message, info(plugin.file, bundle, State.ACTIVE, ""));
        letGoOfLower(bundle);
    }

    private void letGoOfLower(Bundle bundle) {
        for (Bundle other : bundles.running(bundle.getSymbolicName())) {
            if (other.getVersion().compareTo(bundle.getVersion()) < 0) {
                plugins.values().stream()
                        .filter(plugin -> plugin.bundle.equals(Optional.of(other)))
                        .forEach(this::superseded);
                leaving.add(other);
            }
        }
    }

    private void failed(Candidate candidate, BundleException failed) {
        Bundle bundle = candidate.bundle();
        String missing = Reasons.missing(bundle, bundles.wiring());
        if (missing.isEmpty() && failed.getType() == BundleException.RESOLVE_ERROR) {
            missing = Reasons.unresolvedProviders(bundle, bundles.wiring());
        }
        boolean isUnresolved =
                !missing.isEmpty() || failed.getType() == BundleException.RESOLVE_ERROR;
        String reason = missing.isEmpty() ? Reasons.failure(failed) : missing;
        notStarted(candidate, isUnresolved ? State.UNRESOLVED : State.FAILED, reason);
    }

    /** A new version that does not work leaves the old one in charge and is taken out. */
    private void notStarted(Candidate candidate, State state, String reason) {
        Plugin plugin = candidate.plugin();
        Optional<Bundle> old = candidate.predecessor();
        plugin.tell(
                Level.WARN,
                old.isPresent() ? "Plug-in not upgraded" : "Plug-in not started",
                info(plugin.file, candidate.bundle(), state, reason + stays(old)));
        plugin.mayRetry = true;
        if (old.isPresent()) {
            bundles.uninstall(candidate.bundle());
        } else {
            plugin.bundle = Optional.of(candidate.bundle());
        }
    }

    private void awaitTakeOver(Candidate candidate, Bundle old) {
        Set<String> spoken = traffic.names(old);
        candidate.plugin().isBusy = true;
        thread.await(
                () -> traffic.names(candidate.bundle()).containsAll(spoken),
                settings.takeOverTimeout(),
                speaks -> {
                    candidate.plugin().isBusy = false;
                    if (speaks) {
                        runs(candidate.plugin(), candidate.bundle(), "Plug-in upgraded");
                    } else {
                        notStarted(
                                candidate,
                                State.FAILED,
                                "does not speak " + String.join(", ", spoken));
                    }
                    settleIn(Duration.ZERO);
                });
    }

    /** Another file's bundle has taken over; this one is looked at again when that one goes. */
    private void superseded(Plugin plugin) {
        plugin.bundle = Optional.empty();
        plugin.isDue = true;
    }

    /** The file is gone; whether something went that others may have waited for. */
    private boolean remove(Plugin plugin) {
        if (plugin.bundle.isEmpty()) {
            plugins.remove(plugin.file);
            return false;
        }
        Bundle bundle = plugin.bundle.get();
        plugin.isBusy = true;
        retirement.stopThen(bundle, () -> removed(plugin, bundle));
        return true;
    }

    private void removed(Plugin plugin, Bundle bundle) {
        String name = bundle.getSymbolicName();
        String version = bundle.getVersion().toString();
        forget(plugin, bundle);
        log.atInfo()
                .addKeyValue("file", plugin.file)
                .addKeyValue("bundle", name)
                .addKeyValue("version", version)
                .log("Plug-in removed");
        again(plugin);
        plugins.values().stream().filter(each -> each.mayRetry).forEach(each -> each.isDue = true);
    }

    private void forget(Plugin plugin, Bundle bundle) {
        String name = bundle.getSymbolicName();
        bundles.uninstall(bundle);
        plugin.bundle = Optional.empty();
        thread.execute(() -> retirement.bringBack(name));
    }

    /** The highest other version of a name that runs, or is about to. */
    private Optional<Bundle> rival(String symbolicName, Collection<Candidate> candidates) {
        Stream<Bundle> soon =
                candidates.stream()
                        .map(Candidate::bundle)
                        .filter(other -> symbolicName.equals(other.getSymbolicName()));
        return Stream.concat(bundles.running(symbolicName).stream(), soon)
                .filter(other -> !retirement.isRetiring(other))
                .max(comparing(Bundle::getVersion));
    }

    private void startQuietly(Bundle bundle) {
        try {
            if (!Bundles.isRunning(bundle) && !Bundles.isFragment(bundle)) {
                bundle.start();
            }
        } catch (BundleException stillBroken) {
            log.atDebug().setCause(stillBroken).log("Plug-in not started again");
        }
    }

    private static String stays(Optional<Bundle> old) {
        return old.filter(Bundles::isRunning)
                .map(bundle -> "; " + bundle.getVersion() + " goes on")
                .orElse("");
    }

    private static String origin(Bundle bundle) {
        return Bundles.isOurs(bundle) ? Bundles.file(bundle) : "the product";
    }

    private static State stateOf(Bundle bundle) {
        return Bundles.isRunning(bundle) ? State.ACTIVE : State.NEW;
    }

    private static DeployInfo info(String file, Bundle bundle, State state, String detail) {
        return new DeployInfo(
                file, bundle.getSymbolicName(), bundle.getVersion().toString(), state, detail);
    }

    private static void deleteCopy(PluginJar jar) {
        try {
            Files.deleteIfExists(jar.copy());
        } catch (IOException held) {
            throw new UncheckedIOException(held);
        }
    }
}

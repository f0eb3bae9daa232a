// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import dev.orion.deploy.DeployInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets bundles go whose work another one has taken over.
 *
 * <p>Each keeps its connections until they end or the time to drain is over; then it is stopped,
 * which makes the protocol manager tell the rest to come back, and, when these have gone, it is
 * uninstalled. A bundle that the product came with is only stopped, so that it can take over again.
 *
 * <p><b>Threads:</b> the deploy thread.
 */
final class Retirement {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.hotdeploy");

    /** Whoever has not left a plug-in that is gone by then is not waited for. */
    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final Bundles bundles;
    private final Traffic traffic;
    private final DeployThread thread;
    private final Duration drainTimeout;
    private final Runnable whenChanged;

    private final List<Bundle> draining = new ArrayList<>();
    private final List<Bundle> aside = new ArrayList<>();

    Retirement(
            Bundles bundles,
            Traffic traffic,
            DeployThread thread,
            Duration drainTimeout,
            Runnable whenChanged) {
        this.bundles = bundles;
        this.traffic = traffic;
        this.thread = thread;
        this.drainTimeout = drainTimeout;
        this.whenChanged = whenChanged;
    }

    boolean isRetiring(Bundle bundle) {
        return draining.contains(bundle);
    }

    /** Begins to let a bundle go. */
    void retire(Bundle old) {
        if (isRetiring(old)) {
            return;
        }
        draining.add(old);
        thread.await(
                () -> !isRetiring(old) || traffic.connections(old) == 0,
                drainTimeout,
                quiet -> {
                    if (isRetiring(old)) {
                        stop(old);
                    }
                });
    }

    /**
     * Stops a bundle, and calls {@code then} when its connections have left.
     *
     * <p>A bundle that is gone can load no more classes, which its handlers may need until then.
     */
    void stopThen(Bundle bundle, Runnable then) {
        IntSupplier left = traffic.of(bundle);
        bundles.stop(bundle);
        thread.await(() -> left.getAsInt() == 0, LEAVE, quiet -> then.run());
    }

    /** Starts again what the product came with, where no newer version runs any more. */
    void bringBack(String symbolicName) {
        // What has not gone yet does not go at all.
        draining.removeIf(
                old -> !Bundles.isOurs(old) && symbolicName.equals(old.getSymbolicName()));
        if (!bundles.running(symbolicName).isEmpty()) {
            return;
        }
        for (Bundle former : List.copyOf(aside)) {
            if (symbolicName.equals(former.getSymbolicName())) {
                aside.remove(former);
                start(former);
            }
        }
    }

    Stream<DeployInfo> infos() {
        return draining.stream()
                .filter(Bundles::isOurs)
                .map(
                        old ->
                                new DeployInfo(
                                        Bundles.file(old),
                                        old.getSymbolicName(),
                                        old.getVersion().toString(),
                                        DeployInfo.State.DRAINING,
                                        "keeps the connections it has, for a while"));
    }

    private void stop(Bundle old) {
        int cut = traffic.connections(old);
        stopThen(old, () -> gone(old, cut));
    }

    private void gone(Bundle old, int cut) {
        if (Bundles.isOurs(old)) {
            bundles.uninstall(old);
        } else {
            aside.add(old);
        }
        draining.remove(old);
        log.atInfo()
                .addKeyValue("bundle", old.getSymbolicName())
                .addKeyValue("version", old.getVersion())
                .addKeyValue("connections_told_to_go", cut)
                .log("Plug-in retired");
        if (!Bundles.isOurs(old)) {
            bringBack(old.getSymbolicName()); // what took over may have gone meanwhile
        }
        whenChanged.run();
    }

    private static void start(Bundle former) {
        try {
            former.start(Bundle.START_TRANSIENT);
            log.atInfo()
                    .addKeyValue("bundle", former.getSymbolicName())
                    .addKeyValue("version", former.getVersion())
                    .log("Plug-in of the product is back");
        } catch (BundleException failed) {
            log.atWarn()
                    .addKeyValue("bundle", former.getSymbolicName())
                    .addKeyValue("version", former.getVersion())
                    .addKeyValue("detail", Reasons.failure(failed))
                    .log("Plug-in of the product did not start");
        }
    }
}

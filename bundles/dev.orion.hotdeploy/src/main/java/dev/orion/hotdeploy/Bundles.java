// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The framework's bundles; ours are those whose location begins with {@code deploy:}.
 *
 * <p>The first bundle of {@code echo.jar} is at {@code deploy:echo.jar}, one that is installed
 * beside it at {@code deploy:echo.jar/VERSION}.
 */
final class Bundles {

    private static final String PREFIX = "deploy:";

    private final BundleContext context;
    private final Fingerprints fingerprints;

    Bundles(BundleContext context, Fingerprints fingerprints) {
        this.context = context;
        this.fingerprints = fingerprints;
    }

    /** Every bundle that came from the folder. */
    List<Bundle> ours() {
        return all().filter(Bundles::isOurs).toList();
    }

    /** Bundles of the same name that run. */
    List<Bundle> running(String symbolicName) {
        return all().filter(other -> symbolicName.equals(other.getSymbolicName()))
                .filter(Bundles::isRunning)
                .toList();
    }

    /** Whether a bundle was made from exactly this content. */
    boolean isFrom(Bundle bundle, PluginJar jar) {
        return fingerprints.matches(bundle, jar);
    }

    Bundle install(String file, PluginJar jar) throws BundleException {
        try (InputStream in = Files.newInputStream(jar.copy())) {
            Bundle bundle = context.installBundle(freeLocation(file, jar.version()), in);
            fingerprints.put(bundle, jar);
            return bundle;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    void update(Bundle bundle, PluginJar jar) throws BundleException {
        try (InputStream in = Files.newInputStream(jar.copy())) {
            bundle.update(in);
            fingerprints.put(bundle, jar);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Takes a bundle out, and rewires whoever used its packages. */
    void uninstall(Bundle bundle) {
        if (bundle.getState() == Bundle.UNINSTALLED) {
            return;
        }
        try {
            bundle.uninstall();
        } catch (BundleException failed) {
            throw new IllegalStateException(failed);
        }
        fingerprints.remove(bundle);
        if (isStillWired(bundle)) {
            refresh(bundle, () -> {});
        }
    }

    /** Stops a bundle until the next start of the framework, or until it is started again. */
    void stop(Bundle bundle) {
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
        } catch (BundleException failed) { // it is stopped all the same
            org.slf4j.LoggerFactory.getLogger("dev.orion.hotdeploy")
                    .atWarn()
                    .addKeyValue("bundle", bundle.getSymbolicName())
                    .addKeyValue("version", bundle.getVersion())
                    .addKeyValue("detail", Reasons.failure(failed))
                    .log("Plug-in failed to stop");
        }
    }

    /** Whether others are still wired to what a bundle was before. */
    boolean isStillWired(Bundle bundle) {
        return wiring().getRemovalPendingBundles().contains(bundle);
    }

    void refresh(Bundle bundle, Runnable then) {
        wiring().refreshBundles(List.of(bundle), event -> then.run());
    }

    FrameworkWiring wiring() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    static boolean isOurs(Bundle bundle) {
        return bundle.getLocation().startsWith(PREFIX);
    }

    /** The file that one of our bundles came from. */
    static String file(Bundle bundle) {
        return bundle.getLocation().substring(PREFIX.length()).split("/", 2)[0];
    }

    static boolean isRunning(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING;
    }

    static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    private String freeLocation(String file, Version version) {
        Collection<String> taken = all().map(Bundle::getLocation).toList();
        String location = PREFIX + file;
        for (int n = 1; taken.contains(location); n++) {
            location = PREFIX + file + "/" + version + (n == 1 ? "" : "-" + n);
        }
        return location;
    }

    private Stream<Bundle> all() {
        return Arrays.stream(context.getBundles());
    }
}

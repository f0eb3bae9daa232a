// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import dev.orion.configuration.Durations;
import dev.orion.deploy.DeployInfo;
import dev.orion.deploy.DeployManager;
import dev.orion.http.Http2Server;
import dev.orion.http.HttpService;
import dev.orion.protocol.ProtocolManager;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Makes plug-ins of the jars in the folder {@code deploy} of the home directory.
 *
 * <p>File Install finds the files and tells us; it would install jars by itself, so we rank before
 * it.
 *
 * <p><b>Threads:</b> File Install's; all work is done on a thread of our own.
 */
@Component(
        configurationPid = HotDeploy.PID,
        property = "service.ranking:Integer=1000",
        service = {ArtifactInstaller.class, DeployManager.class})
@Designate(ocd = HotDeploy.Config.class)
public final class HotDeploy implements ArtifactInstaller, DeployManager {

    static final String PID = "dev.orion.hotdeploy";

    private static final Duration TAKE_OVER_TIMEOUT = Duration.ofSeconds(5);

    @ObjectClassDefinition(name = "Plug-ins of the folder deploy")
    @interface Config {

        @AttributeDefinition(
                description =
                        "How long an old version keeps its connections once a new one has taken"
                                + " over.")
        String drainTimeout() default "30s";

        @AttributeDefinition(
                description =
                        "How long a file that is no bundle must stay as it is before it is called"
                                + " broken.")
        String settleTime() default "1s";
    }

    /**
     * What it needs to know.
     *
     * @param work a folder of its own, kept over restarts
     * @param takeOverTimeout how long a new version may take to speak what the old one speaks
     */
    record Settings(
            Path folder,
            Path work,
            Duration drainTimeout,
            Duration settleTime,
            Duration takeOverTimeout) {

        static Settings of(BundleContext context, Config config) {
            String home = context.getProperty("orion.home");
            if (home == null) {
                throw new IllegalStateException("orion.home: not set (expected: a folder)");
            }
            return new Settings(
                    Path.of(home, "deploy"),
                    context.getDataFile("").toPath(),
                    Durations.parse(config.drainTimeout()),
                    Durations.parse(config.settleTime()),
                    TAKE_OVER_TIMEOUT);
        }
    }

    private final Path folder;
    private final DeployThread thread = new DeployThread();
    private final Deployer deployer;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ProtocolManager protocols;

    /** Plug-ins behind HTTP are no protocols; they know their connections themselves. */
    @Reference(
            service = HttpService.class,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            fieldOption = FieldOption.REPLACE)
    private volatile List<Map.Entry<Map<String, Object>, HttpService>> services = List.of();

    /** Whoever speaks HTTP/2 for other protocols has their connections, too. */
    @Reference(
            service = Http2Server.class,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            fieldOption = FieldOption.REPLACE)
    private volatile List<Map.Entry<Map<String, Object>, Http2Server>> http2 = List.of();

    @Activate
    public HotDeploy(BundleContext context, Config config) {
        this(context, Settings.of(context, config), null);
    }

    HotDeploy(
            BundleContext context,
            Settings settings,
            Supplier<Optional<ProtocolManager>> protocols) { // for tests
        try {
            folder = Files.createDirectories(settings.folder()).toRealPath();
            Path work = Files.createDirectories(settings.work().resolve("incoming"));
            var fingerprints = new Fingerprints(settings.work().resolve("fingerprints"));
            deployer =
                    new Deployer(
                            settings,
                            folder,
                            work,
                            new Bundles(context, fingerprints),
                            new Traffic(
                                    protocols == null
                                            ? () -> Optional.ofNullable(this.protocols)
                                            : protocols,
                                    () -> services,
                                    () -> http2),
                            thread);
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    @Activate
    void begin() {
        thread.execute(deployer::begin);
    }

    @Deactivate
    void close() {
        thread.close();
    }

    @Override
    public List<DeployInfo> deployed() {
        return deployer.deployed();
    }

    @Override
    public boolean canHandle(File file) {
        return file.getName().endsWith(".jar") && isInFolder(file);
    }

    @Override
    public void install(File file) {
        thread.execute(() -> deployer.changed(file.getName()));
    }

    @Override
    public void update(File file) {
        install(file);
    }

    @Override
    public void uninstall(File file) {
        install(file);
    }

    private boolean isInFolder(File file) {
        try {
            return file.getParentFile().toPath().toRealPath().equals(folder);
        } catch (IOException gone) {
            return false;
        }
    }
}

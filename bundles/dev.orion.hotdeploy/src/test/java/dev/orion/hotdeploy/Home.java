// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.orion.protocol.Connection;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.internal.FileInstall;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.slf4j.LoggerFactory;

/**
 * A framework with File Install and hot deployment, and a protocol manager that tests command.
 *
 * <p>A bundle speaks what its header {@code Speaks} says, while it runs.
 */
final class Home implements ProtocolManager {

    final Path deploy;
    final Map<String, Integer> connections = new ConcurrentHashMap<>(); // by version

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.orion.hotdeploy");
    private final Records records = new Records();
    private final Framework framework;
    private final HotDeploy hotDeploy;
    private final FileInstall fileInstall = new FileInstall();

    Home(Path home, Duration drainTimeout, Duration settleTime) throws Exception {
        deploy = home.resolve("deploy");
        records.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(records);

        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        "org.osgi.framework.storage",
                                        home.resolve("data").toString(),
                                        "org.osgi.framework.bsnversion",
                                        "multiple",
                                        "felix.fileinstall.dir",
                                        deploy.toString(),
                                        "felix.fileinstall.poll",
                                        "50",
                                        "felix.fileinstall.filter",
                                        ".*\\.jar",
                                        "felix.fileinstall.noInitialDelay",
                                        "true",
                                        "felix.fileinstall.subdir.mode",
                                        "skip"));
        framework.start();
        var settings =
                new HotDeploy.Settings(
                        deploy,
                        home.resolve("work"),
                        drainTimeout,
                        settleTime,
                        Duration.ofMillis(300));
        hotDeploy = new HotDeploy(context(), settings, () -> Optional.of(this));
        hotDeploy.begin();
        var ranking = FrameworkUtil.asDictionary(Map.of("service.ranking", 1000));
        context().registerService(ArtifactInstaller.class, hotDeploy, ranking);
        fileInstall.start(context());
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    void installProduct(TestJar jar) throws Exception {
        context().installBundle("product", new ByteArrayInputStream(jar.bytes())).start();
    }

    /** Versions of the running bundles of that name. */
    List<String> running(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
                .map(bundle -> bundle.getVersion().toString())
                .sorted()
                .toList();
    }

    /** Returns when these versions of that name run, and no others. */
    void awaitRunning(String symbolicName, String... versions) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!running(symbolicName).equals(List.of(versions))) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    Bundle bundle(String location) {
        return context().getBundle(location);
    }

    /** The jars as {@code file STATE version}. */
    List<String> deployed() {
        return hotDeploy.deployed().stream()
                .map(info -> info.file() + " " + info.state() + " " + info.version())
                .toList();
    }

    /** Waits for the next record: its message and its values. */
    String nextRecord() throws InterruptedException {
        String record = records.queue.poll(10, TimeUnit.SECONDS);
        assertThat(record).as("next record").isNotNull();
        return record;
    }

    /** Waits until everything that has been said so far has been done; nothing may be logged. */
    void assertNoRecord() {
        assertThat(records.queue).isEmpty();
    }

    @Override
    public List<ProtocolInfo> protocols() {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> bundle.getHeaders().get("Speaks") != null)
                .filter(
                        bundle ->
                                bundle.getState() == Bundle.ACTIVE
                                        || info(bundle).connections() > 0)
                .map(this::info)
                .toList();
    }

    private ProtocolInfo info(Bundle bundle) {
        String version = bundle.getVersion().toString();
        return new ProtocolInfo(
                bundle.getHeaders().get("Speaks"),
                bundle.getSymbolicName(),
                version,
                bundle.getBundleId(),
                true,
                connections.getOrDefault(version, 0),
                0);
    }

    @Override
    public boolean speaks(String name) {
        throw new UnsupportedOperationException("not used here");
    }

    @Override
    public boolean serve(Connection connection) {
        throw new UnsupportedOperationException("not used here");
    }

    void close() throws Exception {
        fileInstall.stop(context());
        hotDeploy.close();
        framework.stop();
        framework.waitForStop(10_000);
        logger.detachAppender(records);
    }

    private static final class Records extends AppenderBase<ILoggingEvent> {

        final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            String values =
                    event.getKeyValuePairs().stream()
                            .map(pair -> pair.key + "=" + pair.value)
                            .collect(Collectors.joining(", "));
            queue.add(event.getMessage() + " {" + values + "}");
        }
    }
}

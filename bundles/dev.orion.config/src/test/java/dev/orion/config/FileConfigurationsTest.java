// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** In a real framework with a real Configuration Admin. */
class FileConfigurationsTest {

    private static final FileWatch.Timing QUICK =
            new FileWatch.Timing(Duration.ofMillis(20), Duration.ofMillis(100));

    private static final String FIRST =
            """
            {
              "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080", "origins": ["a", "b"] },
              "dev.orion.channel~chat": { "pattern": "chat/#", "history": 100 }
            }
            """;

    @TempDir private Path home;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private Framework framework;
    private ConfigurationAdmin admin;
    private Path file;
    private FileConfigurations configurations;

    @BeforeEach
    void start() throws BundleException, IOException {
        file = home.resolve("conf/orion.json");
        Files.createDirectories(file.getParent());
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        "org.osgi.framework.storage",
                                        home.resolve("cache").toString(),
                                        "org.osgi.framework.storage.clean",
                                        "onFirstInit",
                                        "org.osgi.framework.system.packages.extra",
                                        "org.osgi.service.cm;version=\"1.6.1\"",
                                        "orion.home",
                                        home.toString()));
        framework.start();
        BundleContext context = framework.getBundleContext();
        context.installBundle(configAdmin()).start();
        install(context, "described", "1.0.0", CheckerTest.METATYPE);
        admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        context.registerService(
                SynchronousConfigurationListener.class,
                event -> events.add(word(event) + " " + event.getPid()),
                null);
        configurations = new FileConfigurations(context, admin, QUICK);
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        configurations.close();
        framework.stop();
        framework.waitForStop(30_000);
    }

    @Test
    void appliesWhatTheFileSays() throws Exception {
        Files.writeString(file, FIRST);

        assertThat(configurations.load()).isEmpty();

        assertThat(configurations.names("dev.orion.listener")).containsExactly("web");
        assertThat(properties("dev.orion.listener~web"))
                .containsEntry("uri", "http://127.0.0.1:8080")
                .containsEntry("origins", new String[] {"a", "b"})
                .containsEntry("service.factoryPid", "dev.orion.listener");
        assertThat(properties("dev.orion.channel~chat")).containsEntry("history", 100);
        assertThat(drained())
                .containsExactlyInAnyOrder(
                        "updated dev.orion.server",
                        "updated dev.orion.channel~chat",
                        "updated dev.orion.listener~web")
                .last()
                .isEqualTo("updated dev.orion.listener~web");
    }

    @Test
    void touchesOnlyWhatChanged() throws Exception {
        Files.writeString(file, FIRST);
        configurations.load();
        drained();

        configurations.load();
        assertThat(drained()).isEmpty();

        Files.writeString(
                file,
                """
                {
                  // moved and commented, yet the same
                  "dev.orion.listener~web": { "origins": ["a", "b"],
                                              "uri": "http://127.0.0.1:8080" },
                  "dev.orion.channel~news": { "pattern": "news/#" }
                }
                """);
        configurations.load();
        assertThat(drained())
                .containsOnlyOnce(
                        "deleted dev.orion.channel~chat", "updated dev.orion.channel~news")
                .doesNotContain("updated dev.orion.listener~web", "updated dev.orion.server");
    }

    @Test
    void changesNothingWhenAnythingIsWrong() throws Exception {
        Files.writeString(file, FIRST);
        configurations.load();
        drained();
        Files.writeString(
                file,
                """
                {
                  "dev.orion.listener~web": {
                    "uri": "http://127.0.0.1:9999",
                    "backlog": "many"
                  },
                  "dev.orion.chanel~x": {}
                }
                """);

        List<Fault> faults = configurations.load();

        assertThat(faults)
                .extracting(Fault::toString)
                .containsExactly(
                        "conf/orion.json:4: dev.orion.listener~web: backlog: \"many\": expected a"
                                + " whole number",
                        "conf/orion.json:6: dev.orion.chanel~x: unknown configuration (did you"
                                + " mean dev.orion.channel?)");
        assertThat(drained()).isEmpty();
        assertThat(properties("dev.orion.listener~web"))
                .containsEntry("uri", "http://127.0.0.1:8080");
        assertThat(configurations.names("dev.orion.channel")).containsExactly("chat");
    }

    @Test
    void asksTheChecks() throws Exception {
        Files.writeString(file, FIRST);
        configurations.checks(
                List.of(
                        proposed ->
                                proposed.stream()
                                        .filter(one -> one.name().equals("web"))
                                        .forEach(one -> one.fault("uri", "no such protocol"))));

        assertThat(configurations.load())
                .containsExactly(
                        new Fault(
                                "conf/orion.json",
                                2,
                                "dev.orion.listener~web: uri: no such protocol"));
        assertThat(drained()).isEmpty();
    }

    @Test
    void appliesTheFileAgainWhenItChanges() throws Exception {
        Files.writeString(file, FIRST);
        configurations.load();
        drained();

        Files.writeString(file, "{ \"dev.orion.channel~chat\": {");
        Files.writeString(file, FIRST.replace("100", "200"));

        assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("updated dev.orion.channel~chat");
        assertThat(properties("dev.orion.channel~chat")).containsEntry("history", 200);
        assertThat(events).isEmpty();
    }

    @Test
    void leavesTheConfigurationsOfOthersAlone() throws Exception {
        admin.getConfiguration("com.example.other", "?")
                .update(FrameworkUtil.asDictionary(Map.of("k", "v")));
        drained();
        Files.writeString(file, "{}");

        configurations.load();

        assertThat(properties("com.example.other")).containsEntry("k", "v");
        assertThat(drained()).containsExactly("updated dev.orion.server");
    }

    @Test
    void reconcilesWithWhatAnEarlierRunLeft() throws Exception {
        Files.writeString(file, FIRST);
        configurations.load();
        configurations.close();
        drained();
        Files.writeString(file, FIRST.replace("dev.orion.channel~chat", "dev.orion.channel~new"));

        configurations = new FileConfigurations(framework.getBundleContext(), admin, QUICK);
        configurations.load();

        assertThat(drained())
                .containsExactly("deleted dev.orion.channel~chat", "updated dev.orion.channel~new");
    }

    @Test
    void goesOnByItselfAfterARestart() throws Exception {
        Files.writeString(file, FIRST);
        configurations.load();
        configurations.close();
        drained();
        Files.writeString(file, FIRST.replace("100", "200"));

        configurations = new FileConfigurations(framework.getBundleContext(), admin, QUICK);
        configurations.begin();

        assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("updated dev.orion.channel~chat");
        Files.writeString(file, FIRST.replace("100", "300"));
        assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("updated dev.orion.channel~chat");
        assertThat(properties("dev.orion.channel~chat")).containsEntry("history", 300);
    }

    @Test
    void appliesNothingBeforeTheFirstLoad() throws Exception {
        Files.writeString(file, FIRST);

        configurations.begin();
        configurations.close(); // returns when what was begun is done

        assertThat(drained()).isEmpty();
        configurations = new FileConfigurations(framework.getBundleContext(), admin, QUICK);
    }

    @Test
    void goesByTheHighestVersionOfABundle() throws Exception {
        install(
                framework.getBundleContext(),
                "described",
                "2.0.0",
                CheckerTest.METATYPE.replace("backlog", "queue"));
        Files.writeString(file, "{\"dev.orion.listener~a\": {\"uri\": \"u\", \"queue\": 7}}");

        assertThat(configurations.load()).isEmpty();
    }

    private static String configAdmin() {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.contains("org.apache.felix.configadmin")) {
                return Path.of(entry).toUri().toString();
            }
        }
        throw new IllegalStateException("no Configuration Admin on the class path");
    }

    private static Bundle install(
            BundleContext context, String name, String version, String metatype)
            throws IOException, BundleException {
        var manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", version);
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new ZipEntry("OSGI-INF/metatype/test.xml"));
            jar.write(metatype.getBytes(StandardCharsets.UTF_8));
        }
        return context.installBundle(
                "memory:" + name + version, new ByteArrayInputStream(bytes.toByteArray()));
    }

    private Map<String, Object> properties(String pid) throws IOException, InvalidSyntaxException {
        Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
        assertThat(found).hasSize(1);
        return FrameworkUtil.asMap(found[0].getProperties());
    }

    private List<String> drained() {
        var drained = new ArrayList<String>();
        events.drainTo(drained);
        return drained;
    }

    private static String word(ConfigurationEvent event) {
        return switch (event.getType()) {
            case ConfigurationEvent.CM_UPDATED -> "updated";
            case ConfigurationEvent.CM_DELETED -> "deleted";
            default -> "other";
        };
    }
}

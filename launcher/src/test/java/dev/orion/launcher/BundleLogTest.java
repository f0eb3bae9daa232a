// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.orion.launcher.fixture.ThrowingComponent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;
import org.slf4j.LoggerFactory;

/** What the framework and its services say is logged, not printed; with the product's bundles. */
class BundleLogTest {

    private static final String NAME = "dev.example.throws";

    /** A bundle in whose name a test logs. */
    private static final String USER = "dev.orion.config";

    private static final String COMPONENT =
            """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="breaks"
                immediate="true">
              <implementation class="%s"/>
            </scr:component>
            """;

    @TempDir Path folder;

    private final ListAppender<ILoggingEvent> records = new ListAppender<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ch.qos.logback.classic.Logger root =
            (ch.qos.logback.classic.Logger)
                    LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private BundleRuntime runtime;

    @BeforeEach
    void start() throws IOException {
        root.detachAndStopAllAppenders(); // prints by default
        root.setLevel(Level.INFO);
        records.list = new CopyOnWriteArrayList<>(); // the framework logs from threads of its own
        records.start();
        root.addAppender(records);
        var stream = new PrintStream(printed, true, UTF_8);
        System.setOut(stream);
        System.setErr(stream);
        runtime = RuntimeFixture.product(folder);
        runtime.start();
    }

    @AfterEach
    void stop() {
        runtime.close();
        System.setOut(out);
        System.setErr(err);
        root.detachAppender(records);
    }

    @Test
    void aNormalStartSaysNothingButWhatOursSay() {
        assertThat(records.list)
                .extracting(ILoggingEvent::getLoggerName)
                .allMatch(name -> name.startsWith("agent.") || name.startsWith("dev.orion."));
        assertThat(printed.toString(UTF_8)).isEmpty();
    }

    @Test
    void aComponentThatThrowsIsARecordOfItsBundle() throws Exception {
        install(COMPONENT.formatted(ThrowingComponent.class.getName())).start();

        ILoggingEvent record = only(NAME);
        assertThat(record.getLevel()).isEqualTo(Level.ERROR);
        assertThat(record.getFormattedMessage())
                .startsWith("The activate method has thrown an exception")
                .doesNotContain(NAME);
        assertThat(record.getKeyValuePairs())
                .anyMatch(
                        pair ->
                                pair.key.equals("component")
                                        && pair.value.equals(ThrowingComponent.class.getName()));
        assertThat(record.getThrowableProxy().getMessage()).isEqualTo("told to break");
        assertThat(printed.toString(UTF_8)).isEmpty();
    }

    @Test
    void aComponentWithoutItsClassIsARecordOfItsBundle() throws Exception {
        install(COMPONENT.formatted("dev.example.Missing")).start();

        assertThat(of(NAME)).isNotEmpty().allMatch(record -> record.getLevel() == Level.ERROR);
        assertThat(printed.toString(UTF_8)).isEmpty();
    }

    @Test
    void aDescriptionThatCannotBeReadIsARecordOfItsBundle() throws Exception {
        install("<scr:component ").start();

        assertThat(of(NAME)).isNotEmpty().allMatch(record -> record.getLevel() == Level.ERROR);
        assertThat(printed.toString(UTF_8)).isEmpty();
    }

    @Test
    void aListenerThatThrowsIsOneRecord() throws Exception {
        BundleContext context = system();
        context.addServiceListener(
                event -> {
                    throw new IllegalStateException("told to break");
                });

        context.registerService(Runnable.class, () -> {}, null).unregister();

        List<ILoggingEvent> warnings = of("dev.orion.launcher");
        assertThat(warnings).hasSize(2); // registered, unregistering
        assertThat(printed.toString(UTF_8)).isEmpty();
    }

    @Test
    @SuppressWarnings("deprecation") // as Configuration Admin and File Install log
    void levelsAreKept() {
        LogService log = log();

        log.log(LogService.LOG_ERROR, "one", new IOException("two"));
        log.log(LogService.LOG_WARNING, "three");
        log.log(LogService.LOG_INFO, "four");
        log.log(LogService.LOG_DEBUG, "five");

        assertThat(of(USER))
                .extracting(record -> record.getLevel() + " " + record.getFormattedMessage())
                .containsExactly("ERROR one", "WARN three", "INFO four");
        assertThat(of(USER).get(0).getThrowableProxy().getMessage()).isEqualTo("two");
    }

    @Test
    void loggersFormatInTheirOwnWay() {
        log().getLogger("a").warn("{} of {}", 1, 2);
        log().getLogger("b", FormatterLogger.class).warn("%s of %03d", 1, 2);
        log().getLogger("c").error("broken {}", "x", new IOException("why"));
        log().getLogger("d").audit("100 {}% sure");
        log().getLogger("e").debug(logger -> logger.error("not asked"));

        assertThat(of(USER))
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("1 of 2", "1 of 002", "broken x", "100 {}% sure");
        assertThat(of(USER).get(2).getThrowableProxy().getMessage()).isEqualTo("why");
        assertThatThrownBy(() -> log().getLogger("f", OwnLogger.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private interface OwnLogger extends Logger {}

    private LogService log() {
        BundleContext context =
                runtime.bundles().stream()
                        .filter(bundle -> bundle.getSymbolicName().equals(USER))
                        .findFirst()
                        .orElseThrow()
                        .getBundleContext();
        return context.getService(context.getServiceReference(LogService.class));
    }

    private BundleContext system() {
        return runtime.bundles().get(0).getBundleContext();
    }

    private List<ILoggingEvent> of(String logger) {
        return records.list.stream()
                .filter(record -> record.getLoggerName().equals(logger))
                .toList();
    }

    private ILoggingEvent only(String logger) {
        assertThat(of(logger)).hasSize(1);
        return of(logger).get(0);
    }

    private Bundle install(String component) throws Exception {
        return system().installBundle("test:" + NAME, new ByteArrayInputStream(jar(component)));
    }

    private static byte[] jar(String component) throws IOException {
        var manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", NAME);
        headers.putValue("Bundle-Version", "1.0.0");
        headers.putValue("Service-Component", "OSGI-INF/breaks.xml");
        headers.putValue("Import-Package", "org.osgi.framework");
        headers.putValue(
                "Require-Capability", "osgi.extender;filter:=\"(osgi.extender=osgi.component)\"");
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new JarEntry("OSGI-INF/breaks.xml"));
            jar.write(component.getBytes(UTF_8));
            String path = ThrowingComponent.class.getName().replace('.', '/') + ".class";
            jar.putNextEntry(new JarEntry(path));
            try (InputStream code =
                    BundleLogTest.class.getClassLoader().getResourceAsStream(path)) {
                code.transferTo(jar);
            }
        }
        return bytes.toByteArray();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.orion.log.LogRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class OrionLogTest {

    @TempDir private Path directory;

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @Test
    void writesOneRecordToConsoleAndFile() throws IOException {
        OrionLog log = OrionLog.install(settings());
        try (log) {
            logger("agent.network_manager")
                    .atInfo()
                    .addKeyValue("connection_id", "conn_896162d4")
                    .addKeyValue("endpoint", "localhost:8080")
                    .addKeyValue("protocol", "tcp")
                    .log("Network connection created");
        }

        assertThat(console.toString(UTF_8))
                .matches(
                        """
                        \\[\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}] INFO \\| agent\\.network_manager \\| Network connection created
                        ├── connection_id: conn_896162d4
                        ├── endpoint: localhost:8080
                        └── protocol: tcp
                        """);
        assertThat(Files.readString(directory.resolve("orion.jsonl")))
                .matches(
                        "\\{\"time\":\"[^\"]+\",\"level\":\"INFO\",\"logger\":\"agent.network_manager\",\"message\":\"Network"
                            + " connection"
                            + " created\",\"fields\":\\{\"connection_id\":\"conn_896162d4\",\"endpoint\":\"localhost:8080\",\"protocol\":\"tcp\"}}\n");
    }

    @Test
    void asksTheTerminalFirst() {
        var terminal = new CopyOnWriteArrayList<String>();
        OrionLog log = OrionLog.install(settings());
        try (log) {
            log.showThrough(record -> record.contains("typed") && terminal.add(record));
            logger("x").info("while a line is typed");
            logger("x").info("later");
        }

        assertThat(terminal).singleElement().asString().contains("while a line is typed");
        assertThat(console.toString(UTF_8)).contains("later").doesNotContain("typed");
    }

    @Test
    void aTerminalThatBreaksIsLeftAlone() {
        OrionLog log = OrionLog.install(settings());
        try (log) {
            log.showThrough(
                    record -> {
                        throw new IllegalStateException("closed");
                    });
            logger("x").info("first");
            logger("x").info("second");
        }

        assertThat(console.toString(UTF_8)).contains("first", "second");
    }

    @Test
    void hidesSecretsEverywhere() throws IOException {
        MDC.put("session_token", "abcdef");
        OrionLog log = OrionLog.install(settings());
        try (log) {
            logger("a")
                    .atWarn()
                    .addKeyValue("apiKey", "abcdef")
                    .addKeyValue("uri", "/x?token=abcdef")
                    .setCause(new IOException("password=abcdef"))
                    .log("Refused {}", "token=abcdef");
        } finally {
            MDC.clear();
        }

        assertThat(console.toString(UTF_8))
                .contains("├── apiKey: ***\n", "├── session_token: ***\n")
                .doesNotContain("abcdef");
        assertThat(Files.readString(directory.resolve("orion.jsonl"))).doesNotContain("abcdef");
    }

    @Test
    void cutsABurstAndTellsItsCountBeforeItEnds() {
        OrionLog log = OrionLog.install(settings());
        try (log) {
            for (int i = 0; i < 100; i++) {
                logger("a").atInfo().addKeyValue("n", i).log("Again");
            }
        }

        assertThat(console.toString(UTF_8).lines().filter(line -> line.endsWith("Again")))
                .hasSize(11);
        assertThat(console.toString(UTF_8))
                .contains("└── n: 9\n")
                .contains("├── n: 10\n└── suppressed: 89\n");
    }

    @Test
    void keepsTheOrderOfTime() {
        OrionLog log = OrionLog.install(settings());
        try (log) {
            for (int i = 0; i < 100; i++) {
                logger("a").atInfo().addKeyValue("n", i).log("Again");
            }
            logger("a").info("After it");
        }

        assertThat(log.recent(100)).extracting(LogRecord::time).isSorted();
        assertThat(log.recent(1)).extracting(LogRecord::message).containsExactly("Again");
    }

    @Test
    void keepsTheLastRecords() {
        OrionLog log = OrionLog.install(settings());
        try (log) {
            for (int i = 0; i < 1_010; i++) {
                logger("a").info("Record {}", i);
            }
        }

        assertThat(log.recent(5_000)).hasSize(1_000);
        assertThat(log.recent(2))
                .extracting(LogRecord::message)
                .containsExactly("Record 1008", "Record 1009");
        assertThat(log.recent(0)).isEmpty();
    }

    @Test
    void setsLevelsWhileItRuns() {
        try (OrionLog log = OrionLog.install(settings())) {
            logger("a.b").debug("hidden");
            log.level("a", "debug");
            logger("a.b").debug("shown");
            assertThat(log.levels()).containsEntry("a", "debug").containsEntry("ROOT", "info");

            log.level("a", "inherit");
            logger("a.b").debug("hidden again");
            assertThat(log.levels()).doesNotContainKey("a");

            log.level("ROOT", "warn");
            log.level("ROOT", "inherit");
            assertThat(log.levels()).containsEntry("ROOT", "info");
            assertThatIllegalArgumentException().isThrownBy(() -> log.level("a", "loud"));
        }

        assertThat(console.toString(UTF_8))
                .contains("DEBUG | a.b | shown")
                .doesNotContain("hidden");
    }

    @Test
    void doesNotBlockAndTellsWhatItDropped() throws InterruptedException {
        var stalled = new StalledConsole();
        OrionLog.Settings defaults = OrionLog.Settings.in(directory);
        var small =
                new OrionLog.Settings(
                        directory,
                        stalled,
                        "info",
                        defaults.burst(),
                        4,
                        defaults.fileBytes(),
                        defaults.totalBytes(),
                        defaults.zone());
        OrionLog log = OrionLog.install(small);
        try (log) {
            logger("a").info("first");
            assertThat(stalled.reached.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 10; i++) {
                logger("a").info("Record {}", i);
            }
            stalled.open.countDown();
        }

        List<LogRecord> recent = log.recent(100);
        assertThat(recent).hasSize(6);
        assertThat(recent)
                .filteredOn(record -> record.message().equals("Log records dropped"))
                .singleElement()
                .satisfies(record -> assertThat(record.fields()).containsEntry("count", "6"));
    }

    @Test
    void goesOnWithoutItsFile() throws IOException {
        Path blocked = Files.createFile(directory.resolve("blocked"));
        OrionLog log = OrionLog.install(OrionLog.Settings.in(blocked).withConsole(console));
        try (log) {
            logger("a").info("one");
            logger("a").info("two");
        }

        assertThat(console.toString(UTF_8)).contains("| one\n", "| two\n");
        assertThat(console.toString(UTF_8).split("Log file cannot be written", -1)).hasSize(2);
    }

    @Test
    void survivesValuesThatCannotBeShown() {
        var broken =
                new Object() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException("no");
                    }
                };
        OrionLog log = OrionLog.install(settings());
        try (log) {
            logger("a").atInfo().addKeyValue("value", broken).log("Odd");
            logger("a").atInfo().addKeyValue("value", (Object) null).log("None");
        }

        assertThat(console.toString(UTF_8)).contains(" cannot be shown)", "└── value: null\n");
    }

    private OrionLog.Settings settings() {
        return OrionLog.Settings.in(directory).withConsole(console).withLevel("info");
    }

    private static Logger logger(String name) {
        return LoggerFactory.getLogger(name);
    }

    /** Blocks its writer until it is opened. */
    private static final class StalledConsole extends OutputStream {

        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        @Override
        public void write(int b) throws IOException {
            reached.countDown();
            try {
                open.await();
            } catch (InterruptedException stop) {
                throw new IOException(stop);
            }
        }
    }
}

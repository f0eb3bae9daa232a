// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static java.util.Objects.requireNonNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.orion.log.LogControl;
import dev.orion.log.LogRecord;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * The log of a stand-alone Orion.
 *
 * <p>An application that Orion is embedded in has a log of its own and does not install this one.
 *
 * <p><b>Threads:</b> any.
 *
 * <p><b>Ends:</b> {@link #close} writes what is still queued.
 */
public final class OrionLog implements LogControl, AutoCloseable {

    /** The system property that gives the level to begin with. */
    public static final String LEVEL = "orion.log.level";

    private final LoggerContext context;
    private final Level level;
    private final Intake intake;
    private final Recorder recorder;
    private final RecentRecords recent;

    private OrionLog(LoggerContext context, Settings settings) {
        this.context = context;
        this.level = parse(settings.level());
        this.recent = new RecentRecords();
        var bursts = new Bursts(settings.burst());
        this.recorder = new Recorder(settings, bursts, recent, System::nanoTime);
        this.intake = new Intake(bursts, recorder, System::nanoTime);
    }

    /**
     * How the log is kept.
     *
     * @param directory where {@code orion.jsonl} is; made with the first record
     * @param console gets UTF-8, whatever the locale
     * @param level of loggers that have none of their own
     * @param burst the time in which ten of the same record are no burst, and one of a burst is
     *     written; zero to write every one
     * @param queue records that wait to be written; more are dropped and counted
     * @param fileBytes the most that {@code orion.jsonl} holds
     * @param totalBytes the most that it and the files before it hold together
     * @param zone of the times, and of the days that files are named after
     */
    public record Settings(
            Path directory,
            OutputStream console,
            String level,
            Duration burst,
            int queue,
            long fileBytes,
            long totalBytes,
            ZoneId zone) {

        public Settings {
            requireNonNull(directory, "directory");
            requireNonNull(console, "console");
            requireNonNull(zone, "zone");
            parse(level);
            if (burst.isNegative()) {
                throw new IllegalArgumentException("burst: " + burst + " (expected: >= 0)");
            }
            if (queue < 1) {
                throw new IllegalArgumentException("queue: " + queue + " (expected: >= 1)");
            }
            if (fileBytes < 1 || totalBytes < fileBytes) {
                throw new IllegalArgumentException(
                        "fileBytes, totalBytes: %d, %d (expected: 1 <= fileBytes <= totalBytes)"
                                .formatted(fileBytes, totalBytes));
            }
        }

        /** Standard output; the level of {@link #LEVEL}, else info; 10 MB a file, 100 MB in all. */
        public static Settings in(Path directory) {
            return new Settings(
                    directory,
                    System.out,
                    System.getProperty(LEVEL, "info"),
                    Duration.ofSeconds(1),
                    8_192,
                    10_000_000,
                    100_000_000,
                    ZoneId.systemDefault());
        }

        /** The same with another level. */
        public Settings withLevel(String other) {
            return new Settings(
                    directory, console, other, burst, queue, fileBytes, totalBytes, zone);
        }

        /** The same on another console. */
        public Settings withConsole(OutputStream other) {
            return new Settings(directory, other, level, burst, queue, fileBytes, totalBytes, zone);
        }
    }

    /** Installs the log with what {@link Settings#in} says. */
    public static OrionLog install(Path directory) {
        return install(Settings.in(directory));
    }

    /**
     * Takes over everything that is logged through SLF4J in this process.
     *
     * @throws IllegalStateException when SLF4J is bound to something other than Logback
     */
    public static OrionLog install(Settings settings) {
        var log = new OrionLog(context(), settings);
        log.attach();
        return log;
    }

    private static LoggerContext context() {
        var found = new ILoggerFactory[1];
        QuietStart.during(() -> found[0] = LoggerFactory.getILoggerFactory());
        if (found[0] instanceof LoggerContext context) {
            return context;
        }
        throw new IllegalStateException(
                "logger factory: " + found[0].getClass().getName() + " (expected: Logback's)");
    }

    private void attach() {
        context.reset();
        context.setMaxCallerDataDepth(0);
        recorder.start();
        intake.setContext(context);
        intake.setName("orion");
        intake.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(intake);
    }

    @Override
    public List<LogRecord> recent(int count) {
        return recent.last(count);
    }

    @Override
    public Map<String, String> levels() {
        var levels = new TreeMap<String, String>();
        for (Logger logger : context.getLoggerList()) {
            if (logger.getLevel() != null) {
                levels.put(logger.getName(), logger.getLevel().toString().toLowerCase(Locale.ROOT));
            }
        }
        return levels;
    }

    @Override
    public void level(String logger, String level) {
        Logger target = context.getLogger(logger);
        if (!level.equals("inherit")) {
            target.setLevel(parse(level));
            return;
        }
        boolean isRoot = target == context.getLogger(Logger.ROOT_LOGGER_NAME);
        target.setLevel(isRoot ? this.level : null); // the root has nobody to inherit from
    }

    @Override
    public void showThrough(Predicate<String> terminal) {
        recorder.showThrough(terminal);
    }

    private static Level parse(String level) {
        return switch (level.toLowerCase(Locale.ROOT)) {
            case "error" -> Level.ERROR;
            case "warn" -> Level.WARN;
            case "info" -> Level.INFO;
            case "debug" -> Level.DEBUG;
            case "trace" -> Level.TRACE;
            default ->
                    throw new IllegalArgumentException(
                            "level: " + level + " (expected: error, warn, info, debug or trace)");
        };
    }

    @Override
    public void close() {
        context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(intake);
        intake.stop();
        recorder.close();
    }
}

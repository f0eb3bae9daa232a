// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Writes records to the console and the file, on a thread of its own.
 *
 * <p>The queue before it holds a fixed number; what comes while it is full is dropped, counted, and
 * told.
 *
 * <p><b>Threads:</b> {@link #offer} any, never blocks; {@link #close} any.
 *
 * <p><b>Ends:</b> {@link #close} writes what is queued, waiting at most {@link #CLOSE_WAIT}.
 */
final class Recorder implements AutoCloseable {

    static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

    private static final long TICK_MILLIS = 200;
    private static final int BATCH = 256;
    private static final Duration FILE_RETRY = Duration.ofSeconds(10);
    private static final Comparator<Entry> BY_TIME = Comparator.comparing(Entry::time);
    private static final Entry END =
            new Entry(Instant.EPOCH, "", "", "", Map.of(), Optional.empty());

    // any thread
    private final BlockingQueue<Entry> queue;
    private final AtomicLong dropped = new AtomicLong();
    private final Bursts bursts;
    private final RecentRecords recent;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private volatile Predicate<String> terminal = record -> false;

    // the recorder's thread
    private final OutputStream console;
    private final JsonFile file;
    private final ZoneId zone;
    private final TextForm textForm;
    private final JsonForm jsonForm;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder json = new StringBuilder();
    private Optional<Instant> fileFailedAt = Optional.empty();

    Recorder(
            OrionLog.Settings settings,
            Bursts bursts,
            RecentRecords recent,
            LongSupplier nanoTime) {
        this.queue = new ArrayBlockingQueue<>(settings.queue());
        this.bursts = bursts;
        this.recent = recent;
        this.nanoTime = nanoTime;
        this.console = settings.console();
        this.zone = settings.zone();
        this.file = new JsonFile(settings.directory(), settings.fileBytes(), settings.totalBytes());
        this.textForm = new TextForm(zone);
        this.jsonForm = new JsonForm(zone);
        this.thread = new Thread(this::run, "orion-log");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void showThrough(Predicate<String> other) {
        terminal = requireNonNull(other, "terminal");
    }

    void offer(Entry entry) {
        if (!queue.offer(entry)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        var batch = new ArrayList<Entry>(BATCH);
        try {
            while (true) {
                Entry first =
                        bursts.isEmpty()
                                ? queue.take()
                                : queue.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                }
                boolean end = removeEnd(batch);
                if (end) {
                    queue.drainTo(batch);
                }
                addBursts(batch, end);
                addDropped(batch);
                batch.sort(BY_TIME); // threads that log at once may queue the other way round
                write(batch);
                batch.clear();
                if (end) {
                    return;
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            file.close();
        }
    }

    /** Compared by identity: {@code equals} of a record is linked at its first use. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean removeEnd(List<Entry> batch) {
        return batch.removeIf(entry -> entry == END);
    }

    /** What was kept of bursts; its time is that of the telling, so that the log stays in order. */
    private void addBursts(List<Entry> batch, boolean end) {
        for (Entry kept : end ? bursts.rest() : bursts.due(nanoTime.getAsLong())) {
            batch.add(kept.at(Instant.now()));
        }
    }

    private void addDropped(List<Entry> batch) {
        long count = dropped.getAndSet(0);
        if (count > 0) {
            batch.add(own("Log records dropped", Map.of("count", count)));
        }
    }

    private static Entry own(String message, Map<String, Object> fields) {
        return new Entry(
                Instant.now(), "WARN", "dev.orion.logging", message, fields, Optional.empty());
    }

    private void write(List<Entry> batch) {
        for (Entry entry : batch) {
            recent.add(entry);
            show(entry);
            file(entry);
        }
        flush();
    }

    private void show(Entry entry) {
        text.setLength(0);
        textForm.append(text, entry);
        if (isShown(text.toString())) {
            return;
        }
        try {
            console.write(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            // A console that is gone leaves the file, which everything reaches too.
            text.setLength(0);
        }
    }

    /** A terminal that breaks is not asked again. */
    private boolean isShown(String record) {
        try {
            return terminal.test(record);
        } catch (RuntimeException | LinkageError broken) { // a border: a bundle's code
            terminal = any -> false;
            return false;
        }
    }

    private void file(Entry entry) {
        if (fileFailedAt.isPresent()
                && entry.time().isBefore(fileFailedAt.get().plus(FILE_RETRY))) {
            return;
        }
        json.setLength(0);
        jsonForm.append(json, entry);
        try {
            file.append(
                    json.toString().getBytes(StandardCharsets.UTF_8),
                    LocalDate.ofInstant(entry.time(), zone));
            fileFailedAt = Optional.empty();
        } catch (IOException broken) {
            failed(broken);
        }
    }

    private void flush() {
        try {
            console.flush();
        } catch (IOException gone) {
            text.setLength(0);
        }
        try {
            file.flush();
        } catch (IOException broken) {
            failed(broken);
        }
    }

    /** Said on the console once for every time that it is tried. */
    private void failed(IOException broken) {
        file.close();
        fileFailedAt = Optional.of(Instant.now());
        Entry entry =
                own(
                        "Log file cannot be written",
                        Map.of("reason", Texts.bounded(broken.toString())));
        recent.add(entry);
        show(entry);
    }

    @Override
    public void close() {
        try {
            long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
            if (queue.offer(END, CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                thread.join(Math.max(1, left));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}

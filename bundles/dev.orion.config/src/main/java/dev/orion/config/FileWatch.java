// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells when one of some files has changed and then been left alone for a moment.
 *
 * <p>The system's events wake it early; a look at the files from time to time finds what they miss
 * (network file systems, links that are switched). Editors that replace a file and those that write
 * into it are the same to it.
 *
 * <p><b>Threads:</b> calls {@code changed} on a thread of its own.
 *
 * <p><b>Ends:</b> {@link #close} stops the thread; a call that is under way is interrupted.
 */
final class FileWatch implements AutoCloseable {

    private final List<Path> files;
    private final Timing timing;
    private final Runnable changed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Optional<WatchService> events;
    private final Thread thread;

    // the thread of its own
    private List<Object> seen;

    /**
     * @param settle how long the files must stay the same before they are read
     * @param look how often to look when no event comes
     */
    record Timing(Duration settle, Duration look) {

        static final Timing DEFAULT = new Timing(Duration.ofMillis(150), Duration.ofSeconds(2));
    }

    /**
     * @param seen the {@link #stamps} of the files when they were last read
     */
    FileWatch(List<Path> files, List<Object> seen, Timing timing, Runnable changed) {
        this.files = List.copyOf(files);
        this.seen = List.copyOf(seen);
        this.timing = timing;
        this.changed = changed;
        this.events = events(files);
        this.thread = new Thread(this::run, "orion-config-watch");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** What tells one state of the files from another. */
    static List<Object> stamps(List<Path> files) {
        var stamps = new ArrayList<Object>();
        for (Path file : files) {
            try {
                var now = Files.readAttributes(file, BasicFileAttributes.class);
                String key = String.valueOf(now.fileKey());
                stamps.add(List.of(now.size(), now.lastModifiedTime(), key));
            } catch (IOException missing) {
                stamps.add("missing");
            }
        }
        return stamps;
    }

    /** Empty where the system has none to give; then looking must do. */
    private static Optional<WatchService> events(List<Path> files) {
        try {
            WatchService service = FileSystems.getDefault().newWatchService();
            Set<Path> directories = new HashSet<>();
            for (Path file : files) {
                Path directory = file.toAbsolutePath().getParent();
                if (directories.add(directory) && Files.isDirectory(directory)) {
                    directory.register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE);
                }
            }
            return Optional.of(service);
        } catch (IOException | UnsupportedOperationException none) {
            return Optional.empty();
        }
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                awaitEvent();
                List<Object> now = stamps(files);
                if (!now.equals(seen)) {
                    seen = settled(now);
                    if (closed.getCount() > 0) {
                        changed.run();
                    }
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException stop) {
            return;
        }
    }

    private void awaitEvent() throws InterruptedException {
        long millis = timing.look().toMillis();
        if (events.isEmpty()) {
            closed.await(millis, TimeUnit.MILLISECONDS);
            return;
        }
        WatchKey key = events.get().poll(millis, TimeUnit.MILLISECONDS);
        if (key != null) {
            key.pollEvents();
            key.reset();
        }
    }

    private List<Object> settled(List<Object> first) throws InterruptedException {
        List<Object> before = first;
        while (!closed.await(timing.settle().toMillis(), TimeUnit.MILLISECONDS)) {
            List<Object> now = stamps(files);
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        return before;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        events.ifPresent(FileWatch::close);
    }

    private static void close(WatchService service) {
        try {
            service.close();
        } catch (IOException gone) {
            return;
        }
    }
}

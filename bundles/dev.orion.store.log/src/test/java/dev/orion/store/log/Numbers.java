// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.Batch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures what the README says; its argument is a folder on the disk to measure. */
final class Numbers {

    private static final byte[] VALUE = new byte[128];

    private Numbers() {}

    public static void main(String[] arguments) throws Exception {
        Path base = Path.of(arguments[0]);
        for (int i = 0; i < 3; i++) {
            activation(base.resolve("activation" + i));
        }
        for (int i = 0; i < 3; i++) {
            queue(base.resolve("queue" + i), LogStore.Sync.INTERVAL, 1, 1_000_000);
            queue(base.resolve("queue2" + i), LogStore.Sync.INTERVAL, 100, 2_000_000);
        }
        queue(base.resolve("always"), LogStore.Sync.ALWAYS, 1, 100_000);
        oneAtATime(base.resolve("one"), LogStore.Sync.INTERVAL, 50_000);
        oneAtATime(base.resolve("one-always"), LogStore.Sync.ALWAYS, 1_000);
        million(base.resolve("million"));
    }

    private static LogStore open(Path folder, LogStore.Sync sync) {
        var settings =
                new LogStore.Settings(folder, 16 << 20, sync, Duration.ofSeconds(1), 64 << 20);
        return new LogStore(settings, FileChannel::open);
    }

    private static void activation(Path folder) throws IOException {
        long start = System.nanoTime();
        LogStore store = open(folder, LogStore.Sync.INTERVAL);
        say("activation on an empty folder, us", (System.nanoTime() - start) / 1000);
        store.close();
    }

    /** Two threads put records and remove them 1,000 records later. */
    private static void queue(Path folder, LogStore.Sync sync, int batchSize, int records)
            throws Exception {
        LogStore store = open(folder, sync);
        long start = System.nanoTime();
        var done = new CountDownLatch(2);
        for (int t = 0; t < 2; t++) {
            int name = t;
            new Thread(() -> fill(store, name, batchSize, records / 2, done)).start();
        }
        done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        String what = sync + ", batches of " + batchSize;
        say("queue, " + what + ", puts+removals/s", Math.round(records * 2 / seconds));
        say("queue, " + what + ", batches/s", Math.round(records / (batchSize * seconds)));
        store.close();
        try (var files = Files.list(folder)) {
            say("segments left", files.count() - 1);
        }
    }

    private static void fill(
            LogStore store, int name, int batchSize, int records, CountDownLatch done) {
        var window = new Semaphore(20_000 / batchSize);
        var failures = new AtomicInteger();
        for (int i = 0; i < records; i += batchSize) {
            var batch = Batch.builder();
            for (int j = i; j < i + batchSize; j++) {
                batch.put("queue", key(name, j), VALUE);
                batch.remove("queue", key(name, j - 1000));
            }
            window.acquireUninterruptibly();
            store.write(batch.build())
                    .whenComplete(
                            (ok, fault) -> {
                                failures.addAndGet(fault == null ? 0 : 1);
                                window.release();
                            });
        }
        store.write(Batch.EMPTY).toCompletableFuture().join();
        if (failures.get() > 0) {
            throw new IllegalStateException("failures: " + failures);
        }
        done.countDown();
    }

    private static void oneAtATime(Path folder, LogStore.Sync sync, int records)
            throws IOException {
        LogStore store = open(folder, sync);
        long start = System.nanoTime();
        for (int i = 0; i < records; i++) {
            var batch = Batch.builder().put("queue", key(0, i), VALUE).build();
            store.write(batch).toCompletableFuture().join();
        }
        say("one at a time, " + sync + ", us", (System.nanoTime() - start) / 1000 / records);
        store.close();
    }

    private static void million(Path folder) throws IOException {
        LogStore store = open(folder, LogStore.Sync.INTERVAL);
        long empty = heap();
        for (int i = 0; i < 1_000_000; i += 1000) {
            var batch = Batch.builder();
            for (int j = i; j < i + 1000; j++) {
                batch.put("retained", key(0, j), VALUE);
            }
            store.write(batch.build()).toCompletableFuture().join();
        }
        store.close();
        long start = System.nanoTime();
        store = open(folder, LogStore.Sync.INTERVAL);
        store.write(Batch.EMPTY).toCompletableFuture().join();
        say("start with 1M records, ms", (System.nanoTime() - start) / 1_000_000);
        say("heap of a live record, key of 24 bytes", (heap() - empty) / 1_000_000);
        start = System.nanoTime();
        var count = new AtomicInteger();
        store.load("retained", (key, value) -> count.incrementAndGet());
        say("load of " + count + " records, ms", (System.nanoTime() - start) / 1_000_000);
        store.close();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static byte[] key(int name, int number) {
        return Stores.bytes(String.format("client-%04d/%012d", name, number));
    }

    private static void say(String what, long value) {
        System.out.println(what + ": " + value);
    }
}

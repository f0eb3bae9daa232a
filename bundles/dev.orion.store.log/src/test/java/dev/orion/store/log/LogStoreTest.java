// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import static dev.orion.store.log.Stores.TABLE;
import static dev.orion.store.log.Stores.bytes;
import static dev.orion.store.log.Stores.load;
import static dev.orion.store.log.Stores.open;
import static dev.orion.store.log.Stores.put;
import static dev.orion.store.log.Stores.remove;
import static dev.orion.store.log.Stores.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.store.Batch;
import dev.orion.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogStoreTest {

    @TempDir Path home;

    @Test
    void loadsRecordsInTheOrderInWhichTheyWereLastPut() throws IOException {
        LogStore store = open(folder());
        write(store, put("a", "1"));
        write(store, put("b", "2"));
        write(store, put("c", "3"));
        write(store, put("a", "4"));
        write(store, remove("b"));

        assertThat(load(store)).containsExactly("c=3", "a=4");
        assertThat(load(reopened(store))).containsExactly("c=3", "a=4");
    }

    @Test
    void makesTheChangesOfABatchInTheirOrder() throws IOException {
        LogStore store = open(folder());
        write(
                store,
                Batch.builder()
                        .put(TABLE, bytes("a"), bytes("1"))
                        .remove(TABLE, bytes("a"))
                        .put(TABLE, bytes("b"), bytes("2"))
                        .put(TABLE, bytes("b"), bytes("3"))
                        .build());

        assertThat(load(store)).containsExactly("b=3");
        assertThat(load(reopened(store))).containsExactly("b=3");
    }

    @Test
    void keepsTablesApart() throws IOException {
        LogStore store = open(folder());
        write(store, put("a", "1"));
        write(store, Batch.builder().put("other", bytes("a"), bytes("2")).build());
        write(store, Batch.builder().remove("other", bytes("a")).build());

        assertThat(load(store)).containsExactly("a=1");
        store.close();
    }

    @Test
    void keepsEmptyAndLargeKeysAndValues() throws IOException {
        var key = new byte[Batch.MAX_KEY_BYTES];
        Arrays.fill(key, (byte) 7);
        var value = new byte[Batch.MAX_VALUE_BYTES];
        Arrays.fill(value, (byte) 8);
        LogStore store = open(folder(), 1 << 20);
        write(store, put("", ""));
        write(store, Batch.builder().put(TABLE, key, value).build());

        store = reopened(store);

        var records = new ArrayList<byte[]>();
        store.load(TABLE, (k, v) -> records.addAll(List.of(k, v)));
        assertThat(records).hasSize(4);
        assertThat(records.get(0)).isEmpty();
        assertThat(records.get(1)).isEmpty();
        assertThat(records.get(2)).isEqualTo(key);
        assertThat(records.get(3)).isEqualTo(value);
        store.close();
    }

    @Test
    void completesAnEmptyBatchAfterWhatIsBeforeIt() throws IOException {
        LogStore store = open(folder());
        List<CompletionStage<Void>> before = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            before.add(store.write(put("a" + i, "1")));
        }

        write(store, Batch.EMPTY);

        assertThat(before).allMatch(stage -> stage.toCompletableFuture().isDone());
        store.close();
    }

    @ParameterizedTest
    @EnumSource(LogStore.Sync.class)
    void takesWritesFromManyThreads(LogStore.Sync sync) throws Exception {
        var settings =
                new LogStore.Settings(folder(), 65_536, sync, Duration.ofMillis(1), 64 << 20);
        LogStore store = new LogStore(settings, FileChannel::open);
        int threads = 4;
        int each = 500;
        var done = new CountDownLatch(threads * each);
        var failed = new AtomicInteger();
        for (int t = 0; t < threads; t++) {
            String name = "t" + t + "/";
            new Thread(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    store.write(put(name + i, "value " + i))
                                            .whenComplete(
                                                    (ok, fault) -> {
                                                        failed.addAndGet(fault == null ? 0 : 1);
                                                        done.countDown();
                                                    });
                                }
                            })
                    .start();
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(failed).hasValue(0);
        List<String> records = load(reopened(store));
        assertThat(records).hasSize(threads * each);
        for (int t = 0; t < threads; t++) {
            String name = "t" + t + "/";
            assertThat(records.stream().filter(record -> record.startsWith(name)))
                    .containsExactlyElementsOf(numbered(name, each));
        }
    }

    private static List<String> numbered(String name, int count) {
        var records = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            records.add(name + i + "=value " + i);
        }
        return records;
    }

    @Test
    void writesWhatItAcceptedBeforeItEnds() throws Exception {
        LogStore store = open(folder());
        var accepted = new AtomicInteger();
        var refused = new CompletableFuture<Throwable>();
        var many = new CountDownLatch(1);
        var writer =
                new Thread(
                        () -> {
                            for (int i = 0; !refused.isDone(); i++) {
                                store.write(put("a" + i, "1"))
                                        .whenComplete(
                                                (ok, fault) -> {
                                                    if (fault == null) {
                                                        accepted.incrementAndGet();
                                                    } else {
                                                        refused.complete(fault);
                                                    }
                                                });
                                if (i == 1000) {
                                    many.countDown();
                                }
                            }
                        });
        writer.start();
        many.await();
        store.close();
        writer.join();

        assertThat(refused.get())
                .isInstanceOfSatisfying(
                        StoreException.class,
                        told -> assertThat(told.reason()).isEqualTo(StoreException.Reason.CLOSED));
        assertThat(load(open(folder()))).hasSize(accepted.get());
    }

    @Test
    void refusesWhatIsMoreThanMayWait() throws Exception {
        var settings =
                new LogStore.Settings(
                        folder(), 1 << 20, LogStore.Sync.NEVER, Duration.ofSeconds(1), 1000);
        var held = new CountDownLatch(1);
        LogStore store = new LogStore(settings, heldBy(held));
        CompletionStage<Void> large = store.write(put("large", "x".repeat(2000)));
        CompletionStage<Void> more = store.write(put("more", ""));
        held.countDown();

        assertThatThrownBy(() -> more.toCompletableFuture().join())
                .hasCauseInstanceOf(StoreException.class)
                .cause()
                .hasMessageEndingWith("bytes wait to be written")
                .extracting(told -> ((StoreException) told).reason())
                .isEqualTo(StoreException.Reason.BUSY);
        large.toCompletableFuture().join();
        write(store, put("later", ""));
        assertThat(load(store)).hasSize(2).last().isEqualTo("later=");
        store.close();
    }

    /** Lets nothing be written before {@code latch} is open. */
    private static Folder.Opener heldBy(CountDownLatch latch) {
        return (file, options) -> {
            try {
                latch.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return FileChannel.open(file, options);
        };
    }

    @Test
    void doesNotWaitForItselfWhenAStageLoads() throws IOException {
        var registered = new CountDownLatch(1);
        LogStore store = new LogStore(Stores.settings(folder(), 65_536), heldBy(registered));
        CompletionStage<List<String>> loaded =
                store.write(put("a", "1")).thenApply(done -> load(store));
        registered.countDown();

        assertThatThrownBy(() -> loaded.toCompletableFuture().join())
                .hasRootCauseInstanceOf(IllegalStateException.class);
        store.close();
    }

    @Test
    void isUsedByOneAtATime() throws IOException {
        LogStore store = open(folder());

        assertThatThrownBy(() -> open(folder()))
                .isInstanceOf(StoreException.class)
                .hasMessage("store " + folder() + ": in use by another process");
        store.close();
        open(folder()).close();
    }

    @Test
    void makesAFolderForItsOwnerOnly() throws IOException {
        open(folder()).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void keepsItsChannelsWhenAReaderIsInterrupted() throws IOException {
        LogStore store = open(folder());
        write(store, put("a", "1"));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> load(store)).isInstanceOf(StoreException.class);

        assertThat(Thread.interrupted()).isTrue();
        write(store, put("b", "2"));
        assertThat(load(store)).containsExactly("a=1", "b=2");
        store.close();
    }

    private LogStore reopened(LogStore store) throws IOException {
        store.close();
        return open(folder(), 65_536);
    }

    private Path folder() {
        return home.resolve("data/store");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import static dev.orion.store.log.Stores.TABLE;
import static dev.orion.store.log.Stores.bytes;
import static dev.orion.store.log.Stores.load;
import static dev.orion.store.log.Stores.loadCopy;
import static dev.orion.store.log.Stores.open;
import static dev.orion.store.log.Stores.put;
import static dev.orion.store.log.Stores.remove;
import static dev.orion.store.log.Stores.segments;
import static dev.orion.store.log.Stores.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.store.Batch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Most of it drives the log by hand, without its thread, so that every step can be looked at. */
class CompactionTest {

    @TempDir Path home;

    private Folder folder;
    private SegmentLog log;
    private Compaction compaction;
    private int copies;

    @BeforeEach
    void openLog() throws IOException {
        folder = Folder.open(home.resolve("data/store"), FileChannel::open);
        begin();
    }

    @AfterEach
    void closeLog() throws IOException {
        compaction.close();
        log.close();
        folder.close();
    }

    private void begin() throws IOException {
        log = new SegmentLog(Stores.settings(folder.path(), 400), folder);
        log.open();
        compaction = new Compaction(log, Duration.ZERO);
    }

    @Test
    void deletesSegmentsThatNothingIsNeededOf() throws IOException {
        for (int i = 0; i < 100; i++) {
            append(put("a" + i, "some value"));
            append(remove("a" + i));
        }

        compact();

        assertThat(segments(folder.path())).hasSize(1);
        assertThat(found()).isEmpty();
    }

    @Test
    void keepsRecordsAndTheirOrder() throws IOException {
        var expected = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            append(put("a" + i, "some value"));
            if (i % 10 == 0) {
                expected.add("a" + i + "=some value");
            } else {
                append(remove("a" + i));
            }
        }
        int before = segments(folder.path()).size();

        compact();

        assertThat(segments(folder.path())).hasSizeLessThan(before / 2);
        assertThat(found()).containsExactlyElementsOf(expected);
    }

    @Test
    void keepsRemovalsAsLongAsTheirRecordsAreInAnOlderSegment() throws IOException {
        // The first segment is mostly live and so stays, with one record that was removed.
        append(put("gone", "x"));
        for (int i = 0; i < 6; i++) {
            append(put("stays" + i, "some value"));
        }
        append(remove("gone"));
        for (int i = 0; i < 50; i++) {
            append(put("often", "some value"));
        }

        compact();

        assertThat(log.segments().firstKey()).isEqualTo(1);
        assertThat(found()).hasSize(7).noneMatch(record -> record.startsWith("gone"));
    }

    @Test
    void forgetsRemovalsWhenTheirRecordsAreGone() throws IOException {
        for (int i = 0; i < 6; i++) {
            append(put("stays" + i, "some value"));
        }
        for (int i = 0; i < 1000; i++) {
            append(put("a" + i, "some value"));
            append(remove("a" + i));
        }

        compact();

        assertThat(log.segments().firstKey()).isEqualTo(1);
        assertThat(segments(folder.path())).hasSizeLessThan(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void survivesACrashAfterEachStep(int seed) throws IOException {
        var random = new Random(seed);
        Map<String, String> expected = new LinkedHashMap<>();
        for (int round = 0; round < 200; round++) {
            var batch = Batch.builder();
            for (int i = random.nextInt(3); i >= 0; i--) {
                change(random, batch, expected);
            }
            append(batch.build());
            if (random.nextInt(3) == 0) {
                compaction.step(true);
            }
            if (round % 10 == 0) {
                assertThat(found()).as("round %d", round).containsExactlyElementsOf(list(expected));
            }
            if (round % 50 == 49) {
                restart();
            }
        }
        while (compaction.step(true)) {
            assertThat(found()).containsExactlyElementsOf(list(expected));
        }
    }

    /** Goes on with what a crash now would leave. */
    private void restart() throws IOException {
        compaction.close();
        log.close();
        begin();
    }

    private static void change(Random random, Batch.Builder batch, Map<String, String> expected) {
        String key = random.nextBoolean() ? "k" + random.nextInt(5) : "r" + random.nextInt(60);
        expected.remove(key);
        if (random.nextInt(5) < 2) {
            batch.remove(TABLE, bytes(key));
        } else {
            String value = "v".repeat(random.nextInt(60));
            batch.put(TABLE, bytes(key), bytes(value));
            expected.put(key, value);
        }
    }

    private static List<String> list(Map<String, String> records) {
        return records.entrySet().stream()
                .map(record -> record.getKey() + "=" + record.getValue())
                .toList();
    }

    @Test
    void leavesASegmentThatHasBecomeUnreadable() throws IOException {
        append(put("a", "some value"));
        for (int i = 0; i < 20; i++) {
            append(put("often", "some value"));
        }
        Path first = segments(folder.path()).get(0);
        byte[] bytes = Files.readAllBytes(first);
        bytes[Frame.FILE_HEAD + 12] ^= 1;
        Files.write(first, bytes);

        compact();

        assertThat(first).exists();
    }

    @Test
    void waitsForThoseThatRead() throws IOException {
        for (int i = 0; i < 100; i++) {
            append(put("often", "some value"));
        }
        int before = segments(folder.path()).size();

        boolean more = true;
        while (more) {
            more = compaction.step(false);
        }

        assertThat(segments(folder.path())).hasSize(before);
    }

    @Test
    void goesOnBesideWritersAndReaders() throws IOException {
        Path path = home.resolve("threaded");
        LogStore store = open(path, 4096);
        write(store, put("first", "1"));
        for (int i = 0; i < 20_000; i++) {
            store.write(put("a" + i % 7, "value " + i));
            if (i % 5000 == 0) {
                assertThat(load(store)).first().isEqualTo("first=1");
            }
        }
        Instant deadline = Instant.now().plusSeconds(30);
        while (segments(path).size() > 5 && Instant.now().isBefore(deadline)) {
            write(store, Batch.EMPTY);
        }

        assertThat(segments(path)).hasSizeLessThanOrEqualTo(5);
        assertThat(load(store)).hasSize(8).first().isEqualTo("first=1");
        store.close();
        store = open(path);
        assertThat(load(store)).hasSize(8).last().isEqualTo("a" + 19_999 % 7 + "=value 19999");
        store.close();
    }

    private void append(Batch batch) throws IOException {
        log.append(List.of(batch));
    }

    private void compact() {
        boolean more = true;
        while (more) {
            more = compaction.step(true);
        }
    }

    /** What a store finds that opens the folder as a crash now would leave it. */
    private List<String> found() throws IOException {
        return loadCopy(folder.path(), home.resolve("copy" + copies++));
    }
}

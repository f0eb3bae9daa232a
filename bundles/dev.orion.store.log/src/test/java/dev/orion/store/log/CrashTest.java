// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import static dev.orion.store.log.Stores.TABLE;
import static dev.orion.store.log.Stores.bytes;
import static dev.orion.store.log.Stores.load;
import static dev.orion.store.log.Stores.open;
import static dev.orion.store.log.Stores.put;
import static dev.orion.store.log.Stores.segments;
import static dev.orion.store.log.Stores.write;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.orion.store.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is found after the process, or the disk, has failed. */
class CrashTest {

    private static final Batch LAST =
            Batch.builder()
                    .put(TABLE, bytes("c"), bytes("3"))
                    .remove(TABLE, bytes("a"))
                    .put(TABLE, bytes("d"), bytes("4"))
                    .build();

    @TempDir Path home;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.orion.store.log");
    private final ListAppender<ILoggingEvent> records = new ListAppender<>();

    @BeforeEach
    void listen() {
        records.start();
        logger.addAppender(records);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(records);
        logger.setAdditive(true);
    }

    @Test
    void dropsATornBatchAsAWhole() throws IOException {
        Path written = home.resolve("written");
        LogStore store = open(written);
        write(store, put("a", "1"));
        write(store, put("b", "2"));
        int start = (int) Files.size(segments(written).get(0));
        write(store, LAST);
        store.close();
        byte[] file = Files.readAllBytes(segments(written).get(0));

        for (int size = start; size < file.length; size++) {
            Path torn = copy("torn" + size, Arrays.copyOf(file, size));
            store = open(torn);
            assertThat(load(store)).as("size %d", size).containsExactly("a=1", "b=2");
            write(store, put("e", "5"));
            store.close();
            store = open(torn);
            assertThat(load(store)).as("size %d", size).containsExactly("a=1", "b=2", "e=5");
            store.close();
        }

        assertThat(errors()).isEmpty();
        assertThat(records.list).hasSize(file.length - start - 1);
    }

    @Test
    void losesOnlyTheBatchThatIsDamagedAndSaysSo() throws IOException {
        Path written = home.resolve("written");
        LogStore store = open(written);
        write(store, put("a", "1"));
        int start = (int) Files.size(segments(written).get(0));
        write(store, LAST);
        int end = (int) Files.size(segments(written).get(0));
        write(store, put("z", "9"));
        store.close();
        byte[] file = Files.readAllBytes(segments(written).get(0));

        for (int at = start; at < end; at++) {
            byte[] damaged = file.clone();
            damaged[at] ^= 0x10;
            Path folder = copy("flipped" + at, damaged);
            store = open(folder);
            assertThat(load(store)).as("offset %d", at).containsExactly("a=1", "z=9");
            store.close();
            assertThat(errors()).hasSize(1).last().asString().contains("segment is damaged");
            assertThat(pairs())
                    .contains("file=" + segments(folder).get(0))
                    .contains("offset=" + start)
                    .contains("lost_bytes=" + (end - start));
            records.list.clear();
        }
    }

    @Test
    void cutsOffADamagedLastBatchAndSaysSo() throws IOException {
        Path written = home.resolve("written");
        LogStore store = open(written);
        write(store, put("a", "1"));
        write(store, put("b", "2"));
        store.close();
        byte[] file = Files.readAllBytes(segments(written).get(0));
        file[file.length - 6] ^= 1;
        Path folder = copy("flipped", file);

        store = open(folder);
        write(store, put("c", "3"));

        assertThat(load(store)).containsExactly("a=1", "c=3");
        store.close();
        assertThat(errors()).hasSize(1);
        store = open(folder);
        assertThat(load(store)).containsExactly("a=1", "c=3");
        store.close();
        assertThat(errors()).hasSize(1);
    }

    @Test
    void cutsOffATailOfZeros() throws IOException {
        Path written = home.resolve("written");
        LogStore store = open(written);
        write(store, put("a", "1"));
        store.close();
        byte[] file = Files.readAllBytes(segments(written).get(0));

        store = open(copy("zeros", Arrays.copyOf(file, file.length + 10_000)));

        assertThat(load(store)).containsExactly("a=1");
        store.close();
    }

    @Test
    void findsItsWayWhereAValueLooksLikeFrames() throws IOException {
        Path written = home.resolve("written");
        LogStore store = open(written);
        write(store, put("a", "1"));
        byte[] file = Files.readAllBytes(segments(written).get(0));
        int start = file.length;
        write(store, Batch.builder().put(TABLE, bytes("b"), file).build());
        write(store, put("c", "3"));
        store.close();
        file = Files.readAllBytes(segments(written).get(0));
        file[start] ^= 1;

        store = open(copy("flipped", file));

        assertThat(load(store)).containsExactly("a=1", "c=3");
        store.close();
    }

    @Test
    void goesOnWithoutASegmentWhoseHeadIsDamaged() throws IOException {
        Path folder = home.resolve("written");
        LogStore store = open(folder, 100);
        for (int i = 0; i < 6; i++) {
            write(store, put("key" + i, "some value"));
        }
        store.close();
        List<Path> files = segments(folder);
        byte[] first = Files.readAllBytes(files.get(0));
        first[9] ^= 1;
        Files.write(files.get(0), first);

        store = open(folder, 100);

        assertThat(files).hasSizeGreaterThan(1);
        assertThat(load(store)).isNotEmpty().last().isEqualTo("key5=some value");
        store.close();
        assertThat(errors()).hasSize(1);
        assertThat(Files.exists(Path.of(files.get(0) + ".damaged"))).isTrue();
    }

    @Test
    void takesAFileWithoutAWholeHeadForOneThatWasJustBegun() throws IOException {
        Path folder = home.resolve("written");
        LogStore store = open(folder);
        write(store, put("a", "1"));
        store.close();
        byte[] head = Arrays.copyOf(Files.readAllBytes(segments(folder).get(0)), 11);
        Files.write(folder.resolve("0000000002.segment"), head);

        store = open(folder);
        write(store, put("b", "2"));

        assertThat(load(store)).containsExactly("a=1", "b=2");
        store.close();
        assertThat(errors()).isEmpty();
    }

    private Path copy(String name, byte[] segment) throws IOException {
        Path folder = Files.createDirectory(home.resolve(name));
        Files.write(folder.resolve("0000000001.segment"), segment);
        return folder;
    }

    private List<ILoggingEvent> errors() {
        var errors = new ArrayList<>(records.list);
        errors.removeIf(event -> event.getLevel() != Level.ERROR);
        return errors;
    }

    private List<String> pairs() {
        return records.list.stream()
                .flatMap(event -> event.getKeyValuePairs().stream())
                .map(pair -> pair.key + "=" + pair.value)
                .collect(Collectors.toList());
    }
}

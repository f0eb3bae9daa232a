// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orion.store.Batch;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Stores for tests, and records that are texts. */
final class Stores {

    static final String TABLE = "test.table";

    private Stores() {}

    static LogStore.Settings settings(Path folder, int segmentBytes) {
        return new LogStore.Settings(
                folder, segmentBytes, LogStore.Sync.NEVER, Duration.ofSeconds(1), 64 << 20);
    }

    static LogStore open(Path folder) {
        return open(folder, 16 << 20);
    }

    static LogStore open(Path folder, int segmentBytes) {
        return new LogStore(settings(folder, segmentBytes), FileChannel::open);
    }

    static Batch put(String key, String value) {
        return Batch.builder().put(TABLE, bytes(key), bytes(value)).build();
    }

    static Batch remove(String key) {
        return Batch.builder().remove(TABLE, bytes(key)).build();
    }

    static void write(Store store, Batch batch) {
        try {
            store.write(batch).toCompletableFuture().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StoreException told) {
                throw told;
            }
            throw failed;
        }
    }

    /** Every record of the table as {@code key=value}. */
    static List<String> load(Store store) {
        var records = new ArrayList<String>();
        store.load(TABLE, (key, value) -> records.add(text(key) + "=" + text(value)));
        return records;
    }

    /** What a store that opens a copy of the folder finds there. */
    static List<String> loadCopy(Path folder, Path copy) throws IOException {
        copy(folder, copy);
        LogStore store = open(copy);
        try {
            return load(store);
        } finally {
            store.close();
        }
    }

    static void copy(Path folder, Path copy) throws IOException {
        Files.createDirectories(copy);
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
    }

    /** The segments of a folder, in their order. */
    static List<Path> segments(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}

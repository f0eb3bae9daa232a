// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.RecordReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the values of records in the order in which they were put.
 *
 * <p>It opens files of its own: an interrupt of its thread closes them, and must not close those of
 * the writer.
 */
final class Loading implements AutoCloseable {

    private static final int MAX_OPEN = 16;

    private final Folder folder;
    private final Map<Integer, Window> open = new LinkedHashMap<>(32, 0.75f, true);

    Loading(Folder folder) {
        this.folder = folder;
    }

    /** Sorts {@code entries} and reads them. */
    void read(Entry[] entries, int nameLength, RecordReader each) throws IOException {
        Arrays.sort(entries, Comparator.comparingLong(entry -> entry.sequence));
        for (Entry entry : entries) {
            Window window = window(entry.segment);
            int at = window.show(entry.offset, entry.size) + Frame.CHANGE_HEAD + nameLength;
            byte[] bytes = window.array();
            int end = at - Frame.CHANGE_HEAD - nameLength + entry.size;
            int value = at + entry.key.length;
            if (!Arrays.equals(bytes, at, value, entry.key, 0, entry.key.length)) {
                throw new EOFException(
                        folder.file(entry.segment) + ": another record at " + entry.offset);
            }
            each.read(Arrays.copyOfRange(bytes, at, value), Arrays.copyOfRange(bytes, value, end));
        }
    }

    private Window window(int segment) throws IOException {
        Window window = open.get(segment);
        if (window == null) {
            if (open.size() == MAX_OPEN) {
                Iterator<Window> eldest = open.values().iterator();
                eldest.next().close();
                eldest.remove();
            }
            window = new Window(folder.channel(segment, StandardOpenOption.READ));
            open.put(segment, window);
        }
        return window;
    }

    @Override
    public void close() throws IOException {
        for (Window window : open.values()) {
            window.close();
        }
    }
}

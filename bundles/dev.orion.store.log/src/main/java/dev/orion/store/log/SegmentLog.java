// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of a store: all but the last are full, the last one grows.
 *
 * <p><b>Threads:</b> the store's.
 *
 * <p><b>Ends:</b> {@link #close} makes everything durable and closes the files.
 */
final class SegmentLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.store.log");
    private static final int BUFFER_BYTES = 256 * 1024;

    /** A record that compaction moves, or a removal ({@code from} is null) that it keeps. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Copy(Index.Table table, Entry from, long sequence, byte[] key, byte[] value) {

        int bytes() {
            return Frame.CHANGE_HEAD + table.name.length + key.length + value.length;
        }
    }

    private final LogStore.Settings settings;
    private final Folder folder;
    private final NavigableMap<Integer, Segment> segments = new TreeMap<>();
    private final Index index = new Index(segments);
    private final FrameWriter writer = new FrameWriter(BUFFER_BYTES);

    private long nextSequence = 1;
    private boolean rollNext;
    private boolean unsynced;
    private boolean mayCompact = true;

    SegmentLog(LogStore.Settings settings, Folder folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /** Reads what is there. */
    void open() throws IOException {
        nextSequence = new Replay(folder, segments, index).run() + 1;
    }

    Index index() {
        return index;
    }

    Folder folder() {
        return folder;
    }

    NavigableMap<Integer, Segment> segments() {
        return segments;
    }

    /** Whether something has died since {@link #compactionLooks}. */
    boolean mayCompact() {
        return mayCompact;
    }

    void compactionLooks() {
        mayCompact = false;
    }

    void mayCompactAgain() {
        mayCompact = true;
    }

    /**
     * Writes batches, all of them or none.
     *
     * @throws IOException when none was written
     */
    void append(List<Batch> batches) throws IOException {
        long bytes = 0;
        for (Batch batch : batches) {
            bytes += batch.bytes();
        }
        Segment segment = roomFor(bytes);
        int start = segment.end();
        int end = write(segment, () -> encode(batches));
        segment.grow(end);
        apply(batches, segment, start);
    }

    /** Writes moved records and kept removals behind everything else, as one frame. */
    Segment append(List<Copy> copies, int length) throws IOException {
        Segment segment = roomFor(length);
        int start = segment.end();
        int end = write(segment, () -> encode(copies, length));
        segment.grow(end);
        int at = start + Frame.HEAD;
        for (Copy copy : copies) {
            if (copy.from == null) {
                long range = ByteBuffer.wrap(copy.value).getLong();
                index.remove(copy.table, copy.key, segment, range, copy.bytes());
            } else {
                index.put(copy.table, moved(copy.from, segment.id(), at));
            }
            at += copy.bytes();
        }
        return segment;
    }

    private static Entry moved(Entry from, int segment, int offset) {
        return new Entry(from.key, from.sequence, segment, offset, from.size);
    }

    private interface Encoding {
        void run() throws IOException;
    }

    private int write(Segment segment, Encoding encoding) throws IOException {
        boolean written = false;
        try {
            writer.begin(segment);
            encoding.run();
            int end = writer.finish();
            if (settings.sync() == LogStore.Sync.ALWAYS) {
                segment.sync();
            } else {
                unsynced = true;
            }
            written = true;
            return end;
        } catch (IOException fault) {
            rollNext = Faults.isOfOneFile(fault) && segment.end() > Frame.FILE_HEAD;
            throw fault;
        } finally {
            if (!written) {
                segment.cutTail();
            }
        }
    }

    private void encode(List<Batch> batches) throws IOException {
        long sequence = nextSequence;
        for (Batch batch : batches) {
            writer.beginFrame(length(batch));
            for (Batch.Change change : batch.changes()) {
                Index.Table table = index.table(change.table());
                if (change.isRemoval()) {
                    long range = Index.range(table.find(change.key()));
                    var value = ByteBuffer.allocate(Frame.RANGE).putLong(range).array();
                    writer.change(sequence++, Frame.REMOVE, table.name, change.key(), value);
                } else {
                    writer.change(sequence++, Frame.PUT, table.name, change.key(), change.value());
                }
            }
            writer.endFrame();
        }
    }

    private void encode(List<Copy> copies, int length) throws IOException {
        writer.beginFrame(length);
        for (Copy copy : copies) {
            byte kind = copy.from == null ? Frame.REMOVE : Frame.PUT;
            writer.change(copy.sequence, kind, copy.table.name, copy.key, copy.value);
        }
        writer.endFrame();
    }

    private void apply(List<Batch> batches, Segment segment, int start) {
        int at = start;
        for (Batch batch : batches) {
            at += Frame.HEAD;
            for (Batch.Change change : batch.changes()) {
                int size = size(change);
                apply(change, segment, at, size);
                at += size;
            }
            at += Frame.TAIL;
        }
        assert at == segment.end();
    }

    private void apply(Batch.Change change, Segment segment, int at, int size) {
        Index.Table table = index.table(change.table());
        long sequence = nextSequence++;
        Entry old = table.find(change.key());
        if (old != null && old.segment != segment.id()) {
            mayCompact = true;
        }
        if (change.isRemoval()) {
            // What this batch has put itself is in the same file, behind which the removal is.
            boolean ownOnly = old == null || old.oldest == segment.id();
            long range = ownOnly ? Index.range(null) : Frame.range(old.oldest, old.segment);
            index.remove(table, change.key(), segment, range, size);
        } else {
            index.put(table, new Entry(change.key(), sequence, segment.id(), at, size));
        }
    }

    private static int length(Batch batch) {
        int length = 0;
        for (Batch.Change change : batch.changes()) {
            length += size(change);
        }
        return length;
    }

    private static int size(Batch.Change change) {
        int value = change.isRemoval() ? Frame.RANGE : change.value().length;
        return Frame.CHANGE_HEAD + change.table().length() + change.key().length + value;
    }

    /** The segment that takes the next {@code bytes}. */
    private Segment roomFor(long bytes) throws IOException {
        Segment last = segments.isEmpty() ? null : segments.lastEntry().getValue();
        boolean fits =
                last != null
                        && !rollNext
                        && (last.end() + bytes <= settings.segmentBytes()
                                || last.end() == Frame.FILE_HEAD);
        return fits ? last : roll(last);
    }

    private Segment roll(Segment last) throws IOException {
        if (last != null) {
            last.prepare();
            sync();
        }
        int id = last == null ? 1 : last.id() + 1;
        FileChannel channel =
                folder.channel(
                        id,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        boolean begun = false;
        try {
            Segment segment = Segment.begin(id, channel);
            if (settings.sync() != LogStore.Sync.NEVER) {
                folder.sync();
            }
            begun = true;
            rollNext = false;
            mayCompact = true;
            segments.put(id, segment);
            if (last != null) {
                last.close(); // whoever reads it opens it
            }
            return segment;
        } finally {
            if (!begun) {
                channel.close();
                Files.deleteIfExists(folder.file(id));
            }
        }
    }

    /** Makes everything that was written outlive the machine, unless that is not wanted. */
    void sync() throws IOException {
        if (unsynced && settings.sync() != LogStore.Sync.NEVER && !segments.isEmpty()) {
            unsynced = false; // also when it fails: what was lost then is not found by asking again
            segments.lastEntry().getValue().sync();
        }
    }

    boolean isUnsynced() {
        return unsynced && settings.sync() == LogStore.Sync.INTERVAL;
    }

    /** Deletes a segment that nothing is needed of any more. */
    void delete(Segment segment) throws IOException {
        sync(); // what made its records superfluous must not be lost when they are gone
        Files.deleteIfExists(folder.file(segment.id()));
        if (settings.sync() != LogStore.Sync.NEVER) {
            folder.sync();
        }
        segments.remove(segment.id());
        segment.close();
        mayCompact = true;
    }

    @Override
    public void close() {
        try {
            sync();
        } catch (IOException fault) {
            LOG.atError()
                    .addKeyValue("folder", folder.path())
                    .addKeyValue("reason", fault)
                    .log("Store could not be synced at its end");
        }
        for (Segment segment : segments.values()) {
            try {
                segment.close();
            } catch (IOException fault) {
                LOG.atWarn()
                        .addKeyValue("file", folder.file(segment.id()))
                        .addKeyValue("reason", fault)
                        .log("Store segment could not be closed");
            }
        }
    }
}

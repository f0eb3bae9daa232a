// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.io.IOException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what is needed of a mostly dead segment to the end of the log and deletes the segment, in
 * small steps.
 *
 * <p>A crash after any step is harmless: until the file is gone, its records are there twice, and
 * the later copy counts.
 *
 * <p><b>Threads:</b> the store's.
 */
final class Compaction {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.store.log");
    private static final int STEP_BYTES = 256 * 1024;
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final SegmentLog log;
    private final long pauseNanos;

    private long nextLook = System.nanoTime();
    private Segment source;
    private Window window;
    private FrameReader reader; // null when everything is copied
    private final List<Entry> copied = new ArrayList<>();

    Compaction(SegmentLog log, Duration pause) {
        this.log = log;
        this.pauseNanos = pause.toNanos();
    }

    /** Whether there will be something to look at a bit later. */
    boolean isPending() {
        return source != null || log.mayCompact();
    }

    /**
     * Does the next step.
     *
     * @param mayDelete false while somebody reads the files
     * @return whether another step can follow at once
     */
    boolean step(boolean mayDelete) {
        try {
            if (source == null && !choose()) {
                return false;
            }
            if (reader != null) {
                copy();
                return true;
            }
            if (!mayDelete) {
                return false;
            }
            delete();
            return true;
        } catch (IOException | RuntimeException fault) {
            giveUp(fault);
            return false;
        }
    }

    private boolean choose() throws IOException {
        long now = System.nanoTime();
        if (!log.mayCompact() || now - nextLook < 0) {
            return false;
        }
        nextLook = now + pauseNanos;
        log.compactionLooks();
        double least = 0.5;
        for (Segment segment : log.segments().headMap(active(), false).values()) {
            if (segment.isSpoiled() || segment.live() * 2L > segment.end()) {
                continue;
            }
            double needed = segment.needed(log.segments()) / (double) segment.end();
            if (needed <= least && (source == null || needed < least)) {
                least = needed;
                source = segment;
            }
        }
        if (source != null && least > 0) {
            var channel = log.folder().channel(source.id(), StandardOpenOption.READ);
            window = new Window(channel);
            reader = new FrameReader(window, source.salt(), source.end());
        }
        return source != null;
    }

    private int active() {
        return log.segments().isEmpty() ? 0 : log.segments().lastKey();
    }

    private void copy() throws IOException {
        var copies = new ArrayList<SegmentLog.Copy>();
        int length = 0;
        int start = reader.offset();
        while (reader.offset() - start < STEP_BYTES && nextFrame()) {
            while (reader.nextChange()) {
                SegmentLog.Copy copy = reader.isRemoval() ? removal() : record();
                if (copy != null) {
                    copies.add(copy);
                    length += copy.bytes();
                }
            }
        }
        if (!copies.isEmpty()) {
            log.append(copies, length);
            for (SegmentLog.Copy copy : copies) {
                if (copy.from() != null) {
                    copied.add(copy.table().find(copy.key()));
                }
            }
        }
    }

    /** Goes to the next frame; at the end of the file there is none and no reader any more. */
    private boolean nextFrame() throws IOException {
        while (true) {
            switch (reader.next()) {
                case FRAME -> {
                    return true;
                }
                case TORN, DAMAGE -> {
                    if (!reader.skipDamage()) {
                        close();
                        return false;
                    }
                }
                case END -> {
                    close();
                    return false;
                }
            }
        }
    }

    private SegmentLog.Copy record() throws IOException {
        Index.Table table = log.index().table(reader.table());
        Entry live = table.find(reader.key());
        boolean isHere =
                live != null && live.segment == source.id() && live.offset == reader.changeOffset();
        return isHere
                ? new SegmentLog.Copy(table, live, live.sequence, live.key, reader.value())
                : null;
    }

    private SegmentLog.Copy removal() throws IOException {
        long range = reader.range();
        if (Frame.first(range) > Frame.last(range) || !source.keepsQuiet(range, log.segments())) {
            return null;
        }
        Index.Table table = log.index().table(reader.table());
        byte[] key = reader.key();
        Entry newer = table.find(key);
        if (newer != null) {
            // That record keeps older ones quiet, and its removal will have to.
            newer.oldest = Math.min(newer.oldest, Frame.first(range));
            return null;
        }
        return new SegmentLog.Copy(table, null, reader.sequence(), key, reader.value());
    }

    private void delete() throws IOException {
        if (source.live() > 0) {
            LOG.atError()
                    .addKeyValue("file", log.folder().file(source.id()))
                    .addKeyValue("lost_bytes", source.live())
                    .log("Store segment is damaged, it is not compacted");
            source.spoil();
        } else {
            log.delete(source);
            for (Entry entry : copied) {
                if (entry.oldest == source.id()) {
                    entry.oldest = entry.segment;
                }
            }
            nextLook = System.nanoTime();
        }
        source = null;
        copied.clear();
    }

    private void giveUp(Exception fault) {
        LOG.atDebug()
                .addKeyValue("reason", fault)
                .log("Store segment could not be compacted, tried again later");
        try {
            close();
        } catch (IOException ignored) {
            reader = null; // opened for reading only
        }
        source = null;
        copied.clear();
        nextLook = System.nanoTime() + RETRY_NANOS;
        log.mayCompactAgain();
    }

    void close() throws IOException {
        reader = null;
        if (window != null) {
            window.close();
            window = null;
        }
    }
}

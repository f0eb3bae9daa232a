// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Reads all segments at the start: finds the live records, and what a crash has left. */
final class Replay {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.store.log");

    private final Folder folder;
    private final NavigableMap<Integer, Segment> segments;
    private final Index index;

    private long lastSequence;

    Replay(Folder folder, NavigableMap<Integer, Segment> segments, Index index) {
        this.folder = folder;
        this.segments = segments;
        this.index = index;
    }

    /** Returns the last sequence that was used. */
    long run() throws IOException {
        var ids = folder.segments();
        for (int i = 0; i < ids.size(); i++) {
            read(ids.get(i), i == ids.size() - 1);
        }
        for (Segment full :
                segments.headMap(segments.isEmpty() ? 0 : segments.lastKey()).values()) {
            full.close();
        }
        return lastSequence;
    }

    private void read(int id, boolean last) throws IOException {
        FileChannel channel = folder.channel(id, StandardOpenOption.READ, StandardOpenOption.WRITE);
        OptionalLong salt = Segment.salt(channel);
        if (salt.isEmpty()) {
            long size = channel.size();
            channel.close();
            setAside(folder.file(id), size, last);
            return;
        }
        var window = new Window(channel);
        var segment = Segment.resume(id, channel, salt.getAsLong(), window.size());
        segments.put(id, segment);
        var reader = new FrameReader(window, segment.salt(), window.size());
        while (readFrame(reader, segment, last)) {
            // one after the other
        }
    }

    /** A file without a head: the process ended while it began one, or it is damaged. */
    private static void setAside(Path file, long size, boolean last) throws IOException {
        if (last && size <= Frame.FILE_HEAD) {
            Files.delete(file);
            return;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.atError()
                .addKeyValue("file", file)
                .addKeyValue("offset", 0)
                .addKeyValue("lost_bytes", size)
                .addKeyValue("kept_as", aside)
                .log("Store segment has no head, its records are lost");
    }

    private boolean readFrame(FrameReader reader, Segment segment, boolean last)
            throws IOException {
        FrameReader.Found found = reader.next();
        switch (found) {
            case FRAME -> apply(reader, segment);
            case END -> {
                return false;
            }
            case TORN, DAMAGE -> {
                return goOn(reader, segment, found, last);
            }
        }
        return true;
    }

    private void apply(FrameReader reader, Segment segment) throws IOException {
        while (reader.nextChange()) {
            Index.Table table = index.table(reader.table());
            lastSequence = Math.max(lastSequence, reader.sequence());
            if (reader.isRemoval()) {
                index.remove(table, reader.key(), segment, reader.range(), reader.size());
            } else {
                index.put(
                        table,
                        new Entry(
                                reader.key(),
                                reader.sequence(),
                                segment.id(),
                                reader.changeOffset(),
                                reader.size()));
            }
        }
    }

    private boolean goOn(FrameReader reader, Segment segment, FrameReader.Found found, boolean last)
            throws IOException {
        int offset = reader.offset();
        boolean more = reader.skipDamage();
        int lost = (more ? reader.offset() : segment.end()) - offset;
        boolean isTail = last && !more;
        if (isTail && found == FrameReader.Found.TORN) {
            report(LOG.atInfo(), segment, offset, lost)
                    .log("Store's last batch was cut off by the end of the process, it is dropped");
        } else {
            report(LOG.atError(), segment, offset, lost)
                    .log("Store segment is damaged, the batches there are lost");
        }
        if (isTail) {
            segment.grow(offset);
            segment.cutTail();
        }
        return more;
    }

    private LoggingEventBuilder report(
            LoggingEventBuilder level, Segment segment, int offset, int lost) {
        return level.addKeyValue("file", folder.file(segment.id()))
                .addKeyValue("offset", offset)
                .addKeyValue("lost_bytes", lost);
    }
}

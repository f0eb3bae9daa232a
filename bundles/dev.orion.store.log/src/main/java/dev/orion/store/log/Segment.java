// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * One file of the log and what of it is still needed.
 *
 * <p><b>Threads:</b> the store's.
 */
final class Segment implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final int id;
    private final FileChannel channel;
    private final long salt;

    /** Bytes of removals by the segments that they keep quiet. */
    private final Map<Long, Integer> removals = new HashMap<>();

    private int end;
    private int live;
    private boolean tailToCut;
    private boolean spoiled;

    private Segment(int id, FileChannel channel, long salt, int end) {
        this.id = id;
        this.channel = channel;
        this.salt = salt;
        this.end = end;
    }

    /** Begins a file with a head; the file is empty. */
    static Segment begin(int id, FileChannel channel) throws IOException {
        long salt = RANDOM.nextLong();
        var segment = new Segment(id, channel, salt, Frame.FILE_HEAD);
        ByteBuffer head = ByteBuffer.allocate(Frame.FILE_HEAD);
        head.putLong(Frame.MAGIC).putLong(salt).putInt(crc(head)).putInt(0).flip();
        segment.write(head, 0);
        return segment;
    }

    /** The salt of a file's head; empty when that is not one. */
    static OptionalLong salt(FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Frame.FILE_HEAD);
        while (head.hasRemaining() && channel.read(head, head.position()) > 0) {
            // until it is full
        }
        boolean good =
                !head.hasRemaining()
                        && head.getLong(0) == Frame.MAGIC
                        && head.getInt(16) == crc(head);
        return good ? OptionalLong.of(head.getLong(8)) : OptionalLong.empty();
    }

    private static int crc(ByteBuffer head) {
        var crc = new CRC32C();
        crc.update(head.slice(0, 16));
        return (int) crc.getValue();
    }

    /** Goes on with a file that ends at {@code end}. */
    static Segment resume(int id, FileChannel channel, long salt, int end) {
        return new Segment(id, channel, salt, end);
    }

    int id() {
        return id;
    }

    long salt() {
        return salt;
    }

    FileChannel channel() {
        return channel;
    }

    /** Where the next frame goes. */
    int end() {
        return end;
    }

    void write(ByteBuffer bytes, int offset) throws IOException {
        int at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** What was written up to {@code newEnd} counts from now on. */
    void grow(int newEnd) {
        end = newEnd;
    }

    /** Takes away what was written behind the end; tried again before the next write. */
    void cutTail() throws IOException {
        tailToCut = true;
        channel.truncate(end);
        tailToCut = false;
    }

    void prepare() throws IOException {
        if (tailToCut) {
            cutTail();
        }
    }

    void sync() throws IOException {
        channel.force(false);
    }

    void addLive(int bytes) {
        live += bytes;
    }

    int live() {
        return live;
    }

    void addRemoval(long range, int bytes) {
        if (Frame.first(range) <= Frame.last(range)) {
            removals.merge(range, bytes, Integer::sum);
        }
    }

    /**
     * How many bytes must be kept: live records, and removals whose records may still be in a file.
     */
    long needed(NavigableMap<Integer, Segment> all) {
        long bytes = live;
        for (var removal : removals.entrySet()) {
            if (keepsQuiet(removal.getKey(), all)) {
                bytes += removal.getValue();
            }
        }
        return bytes;
    }

    /** Whether a segment other than this one may hold what a removal here removed. */
    boolean keepsQuiet(long range, NavigableMap<Integer, Segment> all) {
        Integer first = all.ceilingKey(Frame.first(range));
        if (first != null && first == id) {
            first = all.higherKey(id);
        }
        return first != null && first <= Frame.last(range);
    }

    /** It holds what cannot be read, so it stays. */
    void spoil() {
        spoiled = true;
    }

    boolean isSpoiled() {
        return spoiled;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

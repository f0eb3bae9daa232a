// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes frames behind the end of a segment: one call of the system for as many as fit its buffer.
 *
 * <p><b>Threads:</b> the store's.
 */
final class FrameWriter {

    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();

    private Segment segment;
    private int offset; // of the buffer in the file
    private int summed; // up to where in the buffer the CRC goes

    FrameWriter(int bufferBytes) {
        buffer = ByteBuffer.allocateDirect(bufferBytes);
    }

    void begin(Segment into) throws IOException {
        into.prepare();
        segment = into;
        offset = into.end();
        buffer.clear();
    }

    void beginFrame(int length) throws IOException {
        makeRoom(Frame.HEAD);
        int at = offset + buffer.position();
        buffer.putInt(length).putInt(Frame.headCheck(segment.salt(), at, length));
        crc.reset();
        summed = buffer.position();
    }

    /** Writes a change and returns where in the file it is. */
    int change(long sequence, byte kind, byte[] table, byte[] key, byte[] value)
            throws IOException {
        makeRoom(Frame.CHANGE_HEAD);
        int at = offset + buffer.position();
        buffer.putLong(sequence).put(kind).put((byte) table.length);
        buffer.putShort((short) key.length).putInt(value.length);
        put(table);
        put(key);
        put(value);
        return at;
    }

    void endFrame() throws IOException {
        sum();
        makeRoom(Frame.TAIL);
        buffer.putInt((int) crc.getValue());
        summed = buffer.position();
    }

    /** Writes what is left and returns the end of it; the segment has not grown yet. */
    int finish() throws IOException {
        flush();
        return offset;
    }

    private void put(byte[] bytes) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            makeRoom(1);
            int length = Math.min(buffer.remaining(), bytes.length - from);
            buffer.put(bytes, from, length);
            from += length;
        }
    }

    private void makeRoom(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            sum();
            flush();
        }
    }

    private void sum() {
        int end = buffer.position();
        buffer.limit(end).position(summed);
        crc.update(buffer);
        buffer.limit(buffer.capacity());
        summed = end;
    }

    private void flush() throws IOException {
        int length = buffer.position();
        segment.write(buffer.flip(), offset);
        offset += length;
        buffer.clear();
        summed = 0;
    }
}

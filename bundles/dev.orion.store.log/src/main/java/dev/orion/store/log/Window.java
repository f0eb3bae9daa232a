// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file in memory that moves to where it is looked at. */
final class Window implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final FileChannel channel;
    private final int size;
    private byte[] array = new byte[CHUNK];
    private ByteBuffer bytes = ByteBuffer.wrap(array).limit(0);
    private int start;

    Window(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = Math.toIntExact(channel.size());
    }

    /** The size of the file when it was opened. */
    int size() {
        return size;
    }

    /**
     * Makes {@code length} bytes of the file visible and returns where in {@link #bytes} they
     * begin.
     */
    int show(int offset, int length) throws IOException {
        if (offset < start || offset + length > start + bytes.limit()) {
            move(offset, length);
        }
        return offset - start;
    }

    /** What is visible; of use until the next {@link #show}. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** The same as {@link #bytes}. */
    byte[] array() {
        return array;
    }

    private void move(int offset, int length) throws IOException {
        if (offset + length > size) {
            throw new EOFException("offset " + offset + ", length " + length + ", size " + size);
        }
        if (bytes.capacity() < length) {
            array = new byte[length];
            bytes = ByteBuffer.wrap(array);
        }
        int wanted = Math.min(bytes.capacity(), size - offset);
        start = offset;
        bytes.clear();
        while (bytes.position() < wanted) {
            // In chunks: the JDK keeps a direct buffer of the size of every read.
            bytes.limit(Math.min(wanted, bytes.position() + CHUNK));
            if (channel.read(bytes, offset + (long) bytes.position()) < 0) {
                bytes.limit(0);
                throw new EOFException("offset " + offset + ", size " + size);
            }
        }
        bytes.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The answer to a command: frames of a type byte, a length of four bytes, big-endian, and the
 * bytes.
 *
 * <p><b>Threads:</b> any.
 */
final class Frames {

    static final int STDOUT = 1;
    static final int STDERR = 2;
    static final int END = 3;

    private static final int MAX_BYTES = 32 * 1024;

    // A frame is written under its lock, so that frames of two streams do not mix.
    private final DataOutputStream out;
    private boolean ended;

    Frames(OutputStream out) {
        this.out = new DataOutputStream(new BufferedOutputStream(out, MAX_BYTES + 5));
    }

    OutputStream stdout() {
        return new Stream(STDOUT);
    }

    OutputStream stderr() {
        return new Stream(STDERR);
    }

    /** Writes the last frame: one byte, the exit code. */
    void end(int code) throws IOException {
        synchronized (out) {
            frame(END, new byte[] {(byte) code}, 0, 1);
            ended = true;
        }
    }

    private void frame(int type, byte[] bytes, int offset, int length) throws IOException {
        synchronized (out) {
            if (ended) {
                throw new IOException("ended");
            }
            out.writeByte(type);
            out.writeInt(length);
            out.write(bytes, offset, length);
            out.flush();
        }
    }

    /** One of the two streams; what is written goes out at once. */
    private final class Stream extends OutputStream {

        private final int type;

        Stream(int type) {
            this.type = type;
        }

        @Override
        public void write(int b) throws IOException {
            frame(type, new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += MAX_BYTES) {
                frame(type, bytes, offset + done, Math.min(MAX_BYTES, length - done));
            }
        }
    }
}

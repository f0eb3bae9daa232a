// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Makes a server's WebSocket frames of a client's, with the same text.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class BareFrames {

    private ByteBuf rest; // the beginning of a frame; null when there is none

    /**
     * What is sent for what came.
     *
     * <p><b>Buffer:</b> takes ownership of {@code in}; returns retained.
     */
    ByteBuf echo(ByteBufAllocator allocator, ByteBuf in) {
        ByteBuf all = in;
        if (rest != null) {
            all = rest.writeBytes(in);
            in.release();
            rest = null;
        }
        ByteBuf out = allocator.directBuffer(all.readableBytes());
        boolean more = true;
        while (more) {
            more = frame(all, out);
        }
        if (all.isReadable()) {
            rest = allocator.directBuffer(all.readableBytes()).writeBytes(all);
        }
        all.release();
        return out;
    }

    void close() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    private static boolean frame(ByteBuf in, ByteBuf out) {
        int start = in.readerIndex();
        int head = WebSocketBytes.wholeFrame(in);
        if (head == 0) {
            return false;
        }
        int length = WebSocketBytes.length(in, start);
        int mask = in.getInt(start + head - Integer.BYTES);
        WebSocketBytes.textHeader(out, length);
        int text = out.writerIndex();
        out.writeBytes(in, start + head, length);
        WebSocketBytes.unmask(out, text, length, mask);
        in.readerIndex(start + head + length);
        return true;
    }
}

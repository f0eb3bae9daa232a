// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;

/**
 * Counts the messages in a server's stream of WebSocket frames by looking at frame headers only.
 *
 * <p>All messages of one stream have the same length, which the first data frame tells: it must
 * hold one message. Later frames may hold several, a line each. A payload of two bytes, alone or
 * after messages, is the server's ping <code>{}</code>.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class FrameScanner {

    private static final int PING_BYTES = 2;

    private long left; // of the payload, 0 while in a header
    private long length;
    private long header; // the bytes of the header so far, the first one highest
    private int headerBytes;
    private int unit; // a message and its line break; 0 until the first message

    private int messages;
    private boolean pinged;
    private boolean closed;

    /** Looks at bytes. <b>Buffer:</b> borrows {@code in}. */
    void scan(ByteBuf in) {
        int i = in.readerIndex();
        int end = in.writerIndex();
        while (i < end) {
            if (left > 0) {
                int skipped = (int) Math.min(left, end - i);
                i += skipped;
                left -= skipped;
            } else {
                header = (header << 8) | (in.getByte(i++) & 0xff);
                headerBytes++;
                if (!headerIsComplete()) {
                    continue;
                }
            }
            if (left == 0) {
                frameEnded();
            }
        }
    }

    /** How many messages were complete since the last call. */
    int takeMessages() {
        int taken = messages;
        messages = 0;
        return taken;
    }

    /** Whether the server has pinged since the last call. */
    boolean takePing() {
        boolean taken = pinged;
        pinged = false;
        return taken;
    }

    /** Whether the server has sent a close frame. */
    boolean isClosed() {
        return closed;
    }

    private boolean headerIsComplete() {
        if (headerBytes < 2) {
            return false;
        }
        if (headerBytes == 2) {
            int code = (int) header & 0x7f;
            closed |= ((header >>> 8) & 0xf) == WebSocketBytes.CLOSE;
            length = code;
            left = code < 126 ? code : 0;
            return code < 126;
        }
        if (headerBytes == 4 && length == 126) {
            return lengthIs(header & 0xffff);
        }
        return headerBytes == 10 && lengthIs(header);
    }

    private boolean lengthIs(long payload) {
        length = payload;
        left = payload;
        return true;
    }

    private void frameEnded() {
        headerBytes = 0;
        header = 0;
        if (closed || length == 0) {
            return;
        }
        if (length == PING_BYTES) {
            pinged = true;
            return;
        }
        if (unit == 0) {
            unit = (int) length + 1;
        }
        messages += (int) ((length + 1) / unit);
        pinged |= (length + 1) % unit == PING_BYTES + 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Cuts the bytes of a request into messages (gRPC, doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message).
 *
 * <p>A message is kept as it comes, so that a length that is only claimed costs nothing; one that
 * is too long is refused when its length is there.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class MessageReader {

    private static final int PREFIX_BYTES = 5;

    private final int maxBytes;
    private final boolean isGzip;
    private ByteBuf waiting; // bytes that are not read yet; null where there are none

    /**
     * A reader of messages.
     *
     * @param isGzip how those are compressed that say that they are; else none may be
     */
    MessageReader(int maxBytes, boolean isGzip) {
        this.maxBytes = maxBytes;
        this.isGzip = isGzip;
    }

    /** Adds bytes. <b>Buffer:</b> borrows {@code bytes}. */
    void add(ByteBufAllocator alloc, ByteBuf bytes) {
        if (!bytes.isReadable()) {
            return;
        }
        if (waiting == null) {
            waiting = alloc.buffer(bytes.readableBytes());
        }
        waiting.discardSomeReadBytes();
        waiting.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }

    /** The next message; null where it is not complete. */
    byte[] next() {
        if (waiting == null || waiting.readableBytes() < PREFIX_BYTES) {
            return null;
        }
        int at = waiting.readerIndex();
        int flag = waiting.getUnsignedByte(at);
        if (flag > 1) {
            throw new StatusException(Code.INTERNAL, "bad message prefix");
        }
        if (flag == 1 && !isGzip) {
            throw new StatusException(Code.INTERNAL, "compressed message without grpc-encoding");
        }
        long length = waiting.getUnsignedInt(at + 1);
        if (length > maxBytes) {
            throw tooLong();
        }
        if (waiting.readableBytes() < PREFIX_BYTES + length) {
            return null;
        }
        byte[] message = ByteBufUtil.getBytes(waiting, at + PREFIX_BYTES, (int) length);
        waiting.skipBytes(PREFIX_BYTES + (int) length);
        if (!waiting.isReadable()) {
            release();
        }
        return flag == 1 ? gunzip(message) : message;
    }

    /** Whether there are bytes that are no message yet. */
    boolean isInMessage() {
        return waiting != null;
    }

    void release() {
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
    }

    private StatusException tooLong() {
        return new StatusException(
                Code.RESOURCE_EXHAUSTED, "message longer than " + maxBytes + " bytes");
    }

    /** RFC 1952, one member; what it grows to is bounded as what is sent is. */
    private byte[] gunzip(byte[] gzip) {
        int from = headerEnd(gzip);
        var inflater = new Inflater(true);
        try {
            inflater.setInput(gzip, from, gzip.length - from);
            var out = new ByteArrayOutputStream(Math.min(maxBytes, gzip.length * 2));
            byte[] piece = new byte[8192];
            var crc = new CRC32();
            while (!inflater.finished()) {
                int count = inflater.inflate(piece);
                if (count == 0 && !inflater.finished()) {
                    throw badGzip();
                }
                if (out.size() + count > maxBytes) {
                    throw tooLong();
                }
                crc.update(piece, 0, count);
                out.write(piece, 0, count);
            }
            int trailer = gzip.length - inflater.getRemaining();
            if (inflater.getRemaining() != 8
                    || littleEndian(gzip, trailer) != (int) crc.getValue()
                    || littleEndian(gzip, trailer + 4) != out.size()) {
                throw badGzip();
            }
            return out.toByteArray();
        } catch (DataFormatException malformed) {
            throw badGzip();
        } finally {
            inflater.end();
        }
    }

    private static int headerEnd(byte[] gzip) {
        if (gzip.length < 18
                || (gzip[0] & 0xff) != 0x1f
                || (gzip[1] & 0xff) != 0x8b
                || gzip[2] != 8
                || (gzip[3] & 0xe0) != 0) {
            throw badGzip();
        }
        int flags = gzip[3];
        int at = 10;
        if ((flags & 4) != 0) { // FEXTRA
            at += 2 + (gzip[at] & 0xff) + ((gzip[at + 1] & 0xff) << 8);
        }
        for (int field = flags & 0x18; field != 0; field &= field - 1) { // FNAME, FCOMMENT
            while (at < gzip.length && gzip[at] != 0) {
                at++;
            }
            at++;
        }
        if ((flags & 2) != 0) { // FHCRC
            at += 2;
        }
        if (at > gzip.length - 8) {
            throw badGzip();
        }
        return at;
    }

    private static int littleEndian(byte[] bytes, int at) {
        return (bytes[at] & 0xff)
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
    }

    private static StatusException badGzip() {
        return new StatusException(Code.INTERNAL, "malformed gzip");
    }
}

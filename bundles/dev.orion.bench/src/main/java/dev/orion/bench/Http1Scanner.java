// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the answers in a server's stream of HTTP/1.1. Each has to be 200 with a body of the length
 * that is expected, plain or chunked.
 *
 * <p>A head that is the same as the one before, as it is for a second until the date changes, is
 * compared with it and not read again.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class Http1Scanner {

    private static final int MAX_HEAD_BYTES = 4096;
    private static final int HEAD_END = 0x0d0a_0d0a;
    private static final int CHUNKED = -1;
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: (\\d+)\r\n");
    private static final Pattern CODING = Pattern.compile("\r\ntransfer-encoding: chunked\r\n");

    private enum Part {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        TRAILERS
    }

    private final int expectedBytes;
    private final ByteBuf known = Unpooled.buffer(MAX_HEAD_BYTES); // the last whole head
    private final ByteBuf head = Unpooled.buffer(MAX_HEAD_BYTES); // the one that is read
    private int framing; // of the known head: a length, or CHUNKED

    private Part part = Part.HEAD;
    private int lastBytes; // of what is read byte by byte, the newest lowest
    private int size; // of a chunk, while it is read
    private int left; // of a body or a chunk
    private int bodyBytes;
    private int answers;

    Http1Scanner(int expectedBytes) {
        this.expectedBytes = expectedBytes;
    }

    /**
     * Looks at bytes. <b>Buffer:</b> borrows {@code in}.
     *
     * @throws BenchException when an answer is not what is expected
     */
    void scan(ByteBuf in) {
        int i = in.readerIndex();
        int end = in.writerIndex();
        while (i < end) {
            switch (part) {
                case HEAD -> i = head(in, i, end);
                case BODY, CHUNK -> i = skip(i, end);
                case CHUNK_SIZE -> chunkSize(in.getByte(i++));
                case TRAILERS -> trailers(in.getByte(i++));
            }
        }
    }

    /** How many answers were complete since the last call. */
    int takeAnswers() {
        int taken = answers;
        answers = 0;
        return taken;
    }

    private int head(ByteBuf in, int from, int end) {
        int length = known.readableBytes();
        if (!head.isReadable()
                && length > 0
                && end - from >= length
                && ByteBufUtil.equals(in, from, known, 0, length)) {
            bodyFollows();
            return from + length;
        }
        int i = from;
        while (i < end) {
            byte next = in.getByte(i++);
            if (head.readableBytes() == MAX_HEAD_BYTES) {
                throw new BenchException("a head without end");
            }
            head.writeByte(next);
            if (isLast(next, HEAD_END)) {
                headEnded();
                break;
            }
        }
        return i;
    }

    private void headEnded() {
        String text = head.toString(US_ASCII);
        if (!text.startsWith("HTTP/1.1 200 ")) {
            throw new BenchException("answered: " + text.lines().findFirst().orElse(""));
        }
        String fields = text.toLowerCase(Locale.ROOT);
        Matcher length = LENGTH.matcher(fields);
        if (length.find()) {
            framing = Integer.parseInt(length.group(1));
        } else if (CODING.matcher(fields).find()) {
            framing = CHUNKED;
        } else {
            throw new BenchException("an answer of unknown length: " + text);
        }
        known.clear().writeBytes(head);
        head.clear();
        bodyFollows();
    }

    private void bodyFollows() {
        lastBytes = 0;
        bodyBytes = 0;
        if (framing == CHUNKED) {
            part = Part.CHUNK_SIZE;
            size = 0;
            return;
        }
        part = Part.BODY;
        bodyBytes = framing;
        left = framing;
        if (left == 0) {
            answered();
        }
    }

    private int skip(int from, int end) {
        int skipped = Math.min(left, end - from);
        left -= skipped;
        if (left == 0 && part == Part.BODY) {
            answered();
        } else if (left == 0) {
            part = Part.CHUNK_SIZE;
            size = 0;
        }
        return from + skipped;
    }

    private void chunkSize(byte next) {
        if (next == '\n') {
            bodyBytes += size;
            left = size + 2; // and its line break
            lastBytes = 0x0d0a;
            part = size == 0 ? Part.TRAILERS : Part.CHUNK;
        } else if (next != '\r') {
            size = size << 4 | Character.digit(next, 16);
        }
    }

    /** Until an empty line. */
    private void trailers(byte next) {
        if (isLast(next, HEAD_END)) {
            answered();
        }
    }

    private boolean isLast(byte next, int pattern) {
        lastBytes = lastBytes << 8 | (next & 0xff);
        return lastBytes == pattern;
    }

    private void answered() {
        if (bodyBytes != expectedBytes) {
            throw new BenchException("answered with " + bodyBytes + " bytes");
        }
        answers++;
        lastBytes = 0;
        part = Part.HEAD;
    }
}

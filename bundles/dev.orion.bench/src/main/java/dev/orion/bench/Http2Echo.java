// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** POST requests to {@code /echo} over HTTP/2, a stream each. */
final class Http2Echo extends Http2Client {

    private final int bodyBytes;
    private final ByteBuf body;
    private ByteBuf head = Unpooled.EMPTY_BUFFER; // of a request
    private boolean isFirst = true;
    private long answers;
    private long answeredBytes;

    /**
     * @param bodyBytes at most 16,384, so that a body is a frame
     */
    Http2Echo(int window, int bodyBytes, LongAdder done, CompletableFuture<Void> lost) {
        super(window, bodyBytes, done, lost);
        this.bodyBytes = bodyBytes;
        body = Unpooled.buffer();
        Http2Bytes.frame(body, bodyBytes, Http2Bytes.DATA, Http2Bytes.END_STREAM, 0);
        body.writeZero(bodyBytes);
    }

    @Override
    void begun() {
        head = request();
        ready();
    }

    @Override
    void send(ByteBuf out) {
        int stream = newStream();
        append(out, head, stream);
        append(out, body, stream);
        if (isFirst) {
            isFirst = false;
            head = request();
        }
    }

    @Override
    void head(int stream, boolean isLast) {
        if (isLast) {
            answered();
        }
    }

    @Override
    void piece(int stream, int length, boolean isLast) {
        answeredBytes += length;
        if (isLast) {
            answered();
        }
    }

    @Override
    void settled() {
        if (answeredBytes != answers * bodyBytes) {
            throw new BenchException(answers + " answers have " + answeredBytes + " bytes");
        }
    }

    private void answered() {
        answers++;
        answered(1);
    }

    private ByteBuf request() {
        return Http2Bytes.request(
                isFirst,
                0,
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/echo",
                ":authority",
                authority(),
                "user-agent",
                "bench",
                "content-type",
                "text/plain",
                "content-length",
                Integer.toString(bodyBytes));
    }

    private static void append(ByteBuf out, ByteBuf frame, int stream) {
        int at = out.writerIndex();
        out.writeBytes(frame, frame.readerIndex(), frame.readableBytes());
        Http2Bytes.stream(out, at, stream);
    }
}

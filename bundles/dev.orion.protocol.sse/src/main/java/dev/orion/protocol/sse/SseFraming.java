// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Makes an event of every line: {@code data: {…}} and an empty line (HTML, §9.2.6). */
enum SseFraming implements Framing {
    SHARED;

    private static final ByteBuf BEGIN = constant("data: ");
    private static final ByteBuf END = constant("\n\n");

    @Override
    public void frame(ByteBuf payload, ByteBuf out) {
        int end = payload.writerIndex();
        for (int at = payload.readerIndex(); at < end; ) {
            int lineBreak = payload.indexOf(at, end, (byte) '\n');
            int lineEnd = lineBreak < 0 ? end : lineBreak;
            if (lineEnd > at) {
                out.writeBytes(BEGIN, 0, BEGIN.readableBytes());
                out.writeBytes(payload, at, lineEnd - at);
                out.writeBytes(END, 0, END.readableBytes());
            }
            at = lineEnd + 1;
        }
    }

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes)).asReadOnly();
    }
}

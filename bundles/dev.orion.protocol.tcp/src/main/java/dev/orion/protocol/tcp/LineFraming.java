// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;

/** Ends what is written with a line break. */
enum LineFraming implements Framing {
    SHARED;

    @Override
    public void frame(ByteBuf payload, ByteBuf out) {
        int length = payload.readableBytes();
        if (length == 0) {
            return;
        }
        out.writeBytes(payload, payload.readerIndex(), length);
        if (payload.getByte(payload.writerIndex() - 1) != '\n') {
            out.writeByte('\n');
        }
    }
}

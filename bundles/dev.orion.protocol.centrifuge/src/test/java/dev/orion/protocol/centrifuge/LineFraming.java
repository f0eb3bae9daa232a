// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;

/** Ends each piece with a line break, as the TCP transport does. */
enum LineFraming implements Framing {
    INSTANCE;

    @Override
    public void frame(ByteBuf payload, ByteBuf out) {
        out.writeBytes(payload, payload.readerIndex(), payload.readableBytes()).writeByte('\n');
    }
}

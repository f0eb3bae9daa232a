// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;

/** How the pieces of an answer's body are marked off. */
enum BodyFraming implements Framing {

    /** HTTP/1.1: chunks (RFC 9112 §7.1). */
    CHUNKED {
        @Override
        public void frame(ByteBuf payload, ByteBuf out) {
            int length = payload.readableBytes();
            if (length > 0) { // an empty chunk would end the body
                head(length, out);
                out.writeBytes(payload, payload.readerIndex(), length);
                out.writeShort(CR_LF);
            }
        }
    },

    /** As they are: HTTP/1.0, where the connection's end is that of the body, and HTTP/2. */
    BARE {
        @Override
        public void frame(ByteBuf payload, ByteBuf out) {
            out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        }
    };

    static final int CR_LF = '\r' << 8 | '\n';

    private static final String HEX = "0123456789abcdef";

    /** Writes the size line of a chunk. */
    static void head(int length, ByteBuf out) {
        int digits = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 3) / 4;
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.writeByte(HEX.charAt(length >>> shift & 0xf));
        }
        out.writeShort(CR_LF);
    }
}

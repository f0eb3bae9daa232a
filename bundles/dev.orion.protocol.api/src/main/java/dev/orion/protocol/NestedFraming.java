// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import io.netty.buffer.ByteBuf;

/** Two framings as one; equal when both are, so that their connections still share deliveries. */
record NestedFraming(Framing inner, Framing outer) implements Framing {

    @Override
    public void frame(ByteBuf payload, ByteBuf out) {
        ByteBuf framed = out.alloc().buffer(payload.readableBytes() + 16);
        try {
            inner.frame(payload, framed);
            outer.frame(framed, out);
        } finally {
            framed.release();
        }
    }
}

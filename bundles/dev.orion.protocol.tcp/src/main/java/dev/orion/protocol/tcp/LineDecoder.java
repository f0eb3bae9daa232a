// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.util.List;

/**
 * Cuts bytes at LF or CRLF; the end of the input also ends a line.
 *
 * <p>A line that is too long fails as soon as it is, not when its end is seen.
 */
final class LineDecoder extends LineBasedFrameDecoder {

    LineDecoder(int maxLineBytes) {
        super(maxLineBytes, true, true);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        super.decodeLast(ctx, in, out);
        boolean peerStillReads = ctx.channel().isActive();
        if (out.isEmpty() && in.isReadable() && peerStillReads) {
            out.add(in.readRetainedSlice(in.readableBytes()));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/** The body of an answer, in chunks or up to the connection's end (RFC 9112 §6.3, §7.1). */
final class Http1Body extends BodyStream {

    private static final int COPIED_BYTES = 1024;

    private static final ByteBuf CR_LF = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

    private final BodyFraming framing;
    private final boolean trailersWanted;

    Http1Body(ServerExchange exchange, BodyFraming framing, boolean trailersWanted) {
        super(exchange);
        this.framing = framing;
        this.trailersWanted = trailersWanted;
    }

    @Override
    public Framing framing() {
        return framing;
    }

    @Override
    void writePiece(ByteBuf piece) {
        Channel channel = channel();
        if (framing == BodyFraming.BARE) {
            channel.write(piece, channel.voidPromise());
            return;
        }
        ByteBuf chunk = channel.alloc().buffer(COPIED_BYTES + 10);
        if (piece.readableBytes() <= COPIED_BYTES) {
            framing.frame(piece, chunk);
            piece.release();
            channel.write(chunk, channel.voidPromise());
            return;
        }
        BodyFraming.head(piece.readableBytes(), chunk);
        channel.write(chunk, channel.voidPromise());
        channel.write(piece, channel.voidPromise());
        channel.write(CR_LF.duplicate(), channel.voidPromise());
    }

    @Override
    void writeEnd(HttpHeaders trailers) {
        if (framing != BodyFraming.CHUNKED) {
            return;
        }
        ByteBuf end =
                trailers.isEmpty() || !trailersWanted
                        ? LAST_CHUNK.duplicate()
                        : lastChunk(trailers);
        channel().write(end, channel().voidPromise());
    }

    /** RFC 9112 §7.1.2. */
    private ByteBuf lastChunk(HttpHeaders trailers) {
        ByteBuf end = channel().alloc().buffer(256);
        end.writeByte('0').writeShort(BodyFraming.CR_LF);
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = trailers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            ResponseHead.field(end, field.getKey(), field.getValue());
        }
        return end.writeShort(BodyFraming.CR_LF);
    }

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuf direct = Unpooled.directBuffer(bytes.length).writeBytes(bytes); // or each is copied
        return Unpooled.unreleasableBuffer(direct.asReadOnly());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/** The body of an answer in HTTP/2, whose stream frames it. */
final class Http2Body extends BodyStream {

    private final RequestStream stream;

    Http2Body(ServerExchange exchange, RequestStream stream) {
        super(exchange);
        this.stream = stream;
    }

    @Override
    public Framing framing() {
        return BodyFraming.BARE;
    }

    @Override
    void writePiece(ByteBuf piece) {
        channel().write(piece, channel().voidPromise());
    }

    @Override
    void writeEnd(HttpHeaders trailers) {
        if (trailers.isEmpty()) {
            stream.writeEnd();
        } else {
            var fields = new Http2Fields(trailers.size());
            fields.addAll(trailers);
            stream.writeTrailers(fields.trailers());
        }
    }
}

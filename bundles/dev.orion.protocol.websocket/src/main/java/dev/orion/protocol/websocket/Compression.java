// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * Whether and how messages are compressed (RFC 7692).
 *
 * @param isOn whether it is agreed on where it is offered
 * @param minBytes shorter messages are sent as they are
 * @param level of zlib, 1 to 9
 */
record Compression(boolean isOn, int minBytes, int level) {

    static final Compression OFF = new Compression(false, 1, 1);

    Compression {
        if (minBytes < 1) {
            throw new IllegalArgumentException(
                    "compressionMinBytes: " + minBytes + " (expected: >= 1)");
        }
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException(
                    "compressionLevel: " + level + " (expected: 1 to 9)");
        }
    }

    static Compression of(ClientWebSocket.Config config) {
        return new Compression(
                config.compression(), config.compressionMinBytes(), config.compressionLevel());
    }

    /** How messages are framed; the answer to the offers, if there is one, goes to the headers. */
    MessageFraming agree(List<Extension> offers, HttpHeaders answer) {
        Optional<DeflateOffer> offer = isOn ? DeflateOffer.first(offers) : Optional.empty();
        if (offer.isEmpty()) {
            return PlainFraming.INSTANCE;
        }
        answer.set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, offer.get().answer());
        return new DeflateFraming(offer.get().windowBits(), minBytes, level);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes the head of an answer straight into the buffer that is sent.
 *
 * <p>There is no encoder in the pipeline: bytes of a body that others have framed pass it
 * untouched.
 *
 * <p><b>Buffer:</b> every method borrows {@code out}.
 */
final class ResponseHead {

    /** What most heads need no more room than. */
    static final int USUAL_BYTES = 256;

    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEPARATOR = ": ".getBytes(StandardCharsets.US_ASCII);

    /** What the connection decides, not the service. */
    private static final AsciiString[] OURS = {
        HttpHeaderNames.CONNECTION,
        HttpHeaderNames.CONTENT_LENGTH,
        HttpHeaderNames.DATE,
        AsciiString.cached("keep-alive"),
        HttpHeaderNames.TRANSFER_ENCODING
    };

    private ResponseHead() {}

    /** Begins with the status line, the date and the service's fields. */
    static void begin(
            ByteBuf out, HttpResponseStatus status, AsciiString date, HttpHeaders headers) {
        out.writeBytes(VERSION);
        write(out, status.codeAsText());
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, status.reasonPhrase());
        out.writeShort(BodyFraming.CR_LF);
        field(out, HttpHeaderNames.DATE, date);
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            if (!isOurs(field.getKey())) {
                field(out, field.getKey(), field.getValue());
            }
        }
    }

    /** Adds a field. */
    static void field(ByteBuf out, CharSequence name, CharSequence value) {
        write(out, name);
        out.writeBytes(SEPARATOR);
        write(out, value);
        out.writeShort(BodyFraming.CR_LF);
    }

    /** Ends the head. */
    static void end(ByteBuf out) {
        out.writeShort(BodyFraming.CR_LF);
    }

    private static boolean isOurs(CharSequence name) {
        for (AsciiString ours : OURS) {
            if (ours.contentEqualsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    private static void write(ByteBuf out, CharSequence text) {
        if (text instanceof AsciiString ascii) {
            out.writeBytes(ascii.array(), ascii.arrayOffset(), ascii.length());
        } else {
            out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import com.google.protobuf.MessageLite;
import dev.orion.realtime.Refusal;
import dev.orion.v1.RealtimeProto;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The fields of calls (gRPC, doc/PROTOCOL-HTTP2.md). */
final class GrpcFields {

    static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    static final AsciiString TE = AsciiString.cached("te");
    static final AsciiString TRAILERS = AsciiString.cached("trailers");
    static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
    static final AsciiString IDENTITY = AsciiString.cached("identity");

    private static final AsciiString GRPC = AsciiString.cached("application/grpc");
    private static final AsciiString PROTO = AsciiString.cached("application/grpc+proto");
    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
    private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
    private static final AsciiString ACCEPTED = AsciiString.cached("identity,gzip");
    private static final AsciiString ERROR = AsciiString.cached("orion-error-bin");
    private static final AsciiString OK = AsciiString.cached("200");
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    private static final int MAX_MESSAGE = 1024; // a head that is too long would be refused whole

    private GrpcFields() {}

    /** Whether it is gRPC's content type: {@code application/grpc[+format][;parameters]}. */
    static boolean isGrpc(CharSequence contentType) {
        if (contentType == null
                || !AsciiString.regionMatches(contentType, true, 0, GRPC, 0, GRPC.length())) {
            return false;
        }
        if (contentType.length() == GRPC.length()) {
            return true;
        }
        char next = contentType.charAt(GRPC.length());
        return next == '+' || next == ';' || next == ' ';
    }

    /** Whether it is gRPC with protocol buffers, which is all that is answered here. */
    static boolean isProto(CharSequence contentType) {
        if (!isGrpc(contentType)) {
            return false;
        }
        return contentType.length() == GRPC.length()
                || contentType.charAt(GRPC.length()) != '+'
                || (AsciiString.regionMatches(contentType, true, 0, PROTO, 0, PROTO.length())
                        && (contentType.length() == PROTO.length()
                                || contentType.charAt(PROTO.length()) == ';'
                                || contentType.charAt(PROTO.length()) == ' '));
    }

    /** The head of an answer. */
    static Http2Headers head() {
        return new DefaultHttp2Headers(false, 8)
                .status(OK)
                .set(CONTENT_TYPE, GRPC)
                .set(ACCEPT_ENCODING, ACCEPTED);
    }

    /** What ends an answer; with a head before it or, in Trailers-Only, with the head's fields. */
    static Http2Headers end(Status status, boolean isOnly) {
        Http2Headers fields = isOnly ? head() : new DefaultHttp2Headers(false, 4);
        fields.set(STATUS, Integer.toString(status.code().number()));
        if (!status.text().isEmpty()) {
            fields.set(MESSAGE, percent(status.text()));
        }
        status.refusal().ifPresent(refusal -> fields.set(ERROR, binary(error(refusal))));
        return fields;
    }

    static RealtimeProto.Error error(Refusal refusal) {
        return RealtimeProto.Error.newBuilder()
                .setCode(refusal.code())
                .setMessage(refusal.text())
                .setTemporary(refusal.isTemporary())
                .build();
    }

    /** The value of a field whose name ends in {@code -bin}. */
    private static String binary(MessageLite message) {
        return Base64.getEncoder().withoutPadding().encodeToString(message.toByteArray());
    }

    /**
     * Percent-Encoded of the protocol: UTF-8, printable ASCII but for the percent sign as it is.
     */
    static String percent(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length && out.length() < MAX_MESSAGE; i++) {
            byte b = bytes[i];
            if (b >= ' ' && b <= '~' && b != '%') {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[b >> 4 & 0xf]).append(HEX[b & 0xf]);
            }
        }
        return out.toString();
    }

    /**
     * The milliseconds of a {@code grpc-timeout}, rounded up; -1 where there is none.
     *
     * @throws IllegalArgumentException when it is none
     */
    static long timeoutMs(CharSequence value) {
        if (value == null) {
            return -1;
        }
        int digits = value.length() - 1;
        if (digits < 1 || digits > 8) {
            throw new IllegalArgumentException("grpc-timeout: " + value);
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                throw new IllegalArgumentException("grpc-timeout: " + value);
            }
            number = number * 10 + c - '0';
        }
        return switch (value.charAt(digits)) {
            case 'H' -> number * 3_600_000;
            case 'M' -> number * 60_000;
            case 'S' -> number * 1_000;
            case 'm' -> number;
            case 'u' -> (number + 999) / 1_000;
            case 'n' -> (number + 999_999) / 1_000_000;
            default -> throw new IllegalArgumentException("grpc-timeout: " + value);
        };
    }

    /** A {@code grpc-timeout} of so many milliseconds. */
    static String timeout(long ms) {
        return ms <= 99_999_999
                ? ms + "m"
                : ms / 1000 <= 99_999_999 ? ms / 1000 + "S" : ms / 3_600_000 + "H";
    }
}

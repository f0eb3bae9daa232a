// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What of DER (X.690) a certificate is written with. */
final class Der {

    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int FIRST_GENERALIZED_YEAR = 2050; // RFC 5280 §4.1.2.5

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return value(0x30, parts);
    }

    static byte[] set(byte[]... parts) {
        return value(0x31, parts);
    }

    /** A value in an explicit tag of its context. */
    static byte[] explicit(int tag, byte[] part) {
        return value(0xA0 | tag, part);
    }

    /** Bytes in an implicit tag of their context. */
    static byte[] implicit(int tag, byte[] bytes) {
        return value(0x80 | tag, bytes);
    }

    static byte[] integer(BigInteger number) {
        return value(0x02, number.toByteArray());
    }

    static byte[] octets(byte[] bytes) {
        return value(0x04, bytes);
    }

    /** Whole bytes as bits. */
    static byte[] bits(byte[] bytes) {
        return value(0x03, new byte[1], bytes);
    }

    static byte[] utf8(String text) {
        return value(0x0C, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] time(Instant time) {
        boolean late = time.atZone(ZoneOffset.UTC).getYear() >= FIRST_GENERALIZED_YEAR;
        String text = (late ? GENERALIZED_TIME : UTC_TIME).format(time);
        return value(late ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** An object identifier, its numbers in order. */
    static byte[] oid(int first, int second, int... others) {
        var out = new ByteArrayOutputStream();
        out.write(first * 40 + second);
        for (int number : others) {
            for (int shift = 28; shift > 0; shift -= 7) {
                if (number >>> shift != 0) {
                    out.write(0x80 | ((number >>> shift) & 0x7F));
                }
            }
            out.write(number & 0x7F);
        }
        return value(0x06, out.toByteArray());
    }

    private static byte[] value(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length > 0xFF) {
            out.write(0x82);
            out.write(length >>> 8);
        } else if (length > 0x7F) {
            out.write(0x81);
        }
        out.write(length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}

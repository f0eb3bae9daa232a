// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a message and what kind they are of. Immutable.
 *
 * <p>What is given as JSON is one valid JSON text (RFC 8259) without line breaks, so that it can
 * stand unchanged in every line- and frame-based wire form. What only turns out to be JSON may have
 * line breaks between its tokens.
 */
public final class Payload {

    /** The content type of JSON payloads. */
    public static final String JSON = "application/json";

    /** The content type of text payloads. */
    public static final String TEXT = "text/plain; charset=utf-8";

    /** The content type of payloads of which nothing is known. */
    public static final String BINARY = "application/octet-stream";

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final byte UNKNOWN = 0;
    private static final byte JSON_LINE = 1;
    private static final byte JSON_TEXT = 3;
    private static final byte IS_NOT_JSON = 2;

    /** No bytes. */
    public static final Payload EMPTY = new Payload(new byte[0], "", IS_NOT_JSON);

    private final byte[] bytes;
    private final String contentType;
    private byte json; // found out when it is first asked for; threads that race find the same

    private Payload(byte[] bytes, String contentType, byte json) {
        this.bytes = bytes;
        this.contentType = contentType;
        this.json = json;
    }

    /**
     * A JSON payload.
     *
     * @throws IllegalArgumentException when {@code json} is not one JSON text; the message says
     *     where
     */
    public static Payload json(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        JsonText.check(bytes);
        return validJson(bytes);
    }

    /**
     * A JSON payload of bytes that a parser has found to be one JSON text.
     *
     * @param bytes UTF-8; the payload keeps the array, which must not be changed afterwards but for
     *     what this method does: line breaks between tokens become spaces
     */
    public static Payload validJson(byte[] bytes) {
        int at = 0;
        for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(bytes, at);
            if ((lineBreaks(eight, '\n') | lineBreaks(eight, '\r')) != 0) {
                breaksToSpaces(bytes, at, at + Long.BYTES);
            }
        }
        breaksToSpaces(bytes, at, bytes.length);
        return new Payload(bytes, JSON, JSON_LINE);
    }

    /** Not 0 where one of the bytes is {@code c}. Source: Hacker's Delight, §6-1. */
    private static long lineBreaks(long eight, char c) {
        long zeros = eight ^ 0x0101_0101_0101_0101L * c;
        return (zeros - 0x0101_0101_0101_0101L) & ~zeros & 0x8080_8080_8080_8080L;
    }

    private static void breaksToSpaces(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
    }

    /** A payload of text. */
    public static Payload text(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8), TEXT, IS_NOT_JSON);
    }

    /**
     * A payload of any bytes, which are copied.
     *
     * @param contentType a media type (RFC 9110 §8.3.1); {@link #JSON} is checked as {@link #json}
     *     does
     */
    public static Payload of(byte[] bytes, String contentType) {
        requireNonNull(contentType, "contentType");
        byte[] copy = bytes.clone();
        if (contentType.equals(JSON)) {
            JsonText.check(copy);
            return validJson(copy);
        }
        return new Payload(copy, contentType, UNKNOWN);
    }

    /**
     * A payload of bytes of a peer, which may be anything, whatever their content type says.
     *
     * @param bytes the payload keeps the array, which must not be changed afterwards
     * @param contentType as the publisher has told it; empty when it has told nothing
     */
    public static Payload untrusted(byte[] bytes, String contentType) {
        return new Payload(bytes, requireNonNull(contentType, "contentType"), UNKNOWN);
    }

    /** A media type, as it was told; empty where nothing was. */
    public String contentType() {
        return contentType;
    }

    /**
     * Whether the bytes are one JSON text: one that was given as such, or one that is found to be
     * one while its content type says so or says nothing.
     */
    public boolean isJson() {
        if (json == UNKNOWN) {
            json = mayBeJson() && JsonText.isText(bytes) ? JSON_TEXT : IS_NOT_JSON;
        }
        return json != IS_NOT_JSON;
    }

    /** Whether it was given as JSON, so that it has no line breaks. */
    public boolean isJsonLine() {
        return json == JSON_LINE;
    }

    /** RFC 8259 §11, RFC 6839 §3.1. */
    private boolean mayBeJson() {
        return contentType.isEmpty()
                || contentType.startsWith(JSON)
                || contentType.endsWith("+json");
    }

    /** How many bytes it has. */
    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * The bytes themselves, for encoders that only read them: whoever writes to the array changes
     * the message for everybody.
     */
    public byte[] array() {
        return bytes;
    }

    /** The bytes read as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload
                && payload.contentType.equals(contentType)
                && Arrays.equals(payload.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return contentType + ", " + bytes.length + " bytes";
    }
}

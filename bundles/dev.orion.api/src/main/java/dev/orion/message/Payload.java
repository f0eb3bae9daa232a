// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a message and what kind they are of. Immutable.
 *
 * <p>A JSON payload is one valid JSON text (RFC 8259) without line breaks, so that it can stand
 * unchanged in every line- and frame-based wire form.
 */
public final class Payload {

    /** The content type of JSON payloads. */
    public static final String JSON = "application/json";

    /** The content type of text payloads. */
    public static final String TEXT = "text/plain; charset=utf-8";

    /** The content type of payloads of which nothing is known. */
    public static final String BINARY = "application/octet-stream";

    private final byte[] bytes;
    private final String contentType;

    private Payload(byte[] bytes, String contentType) {
        this.bytes = bytes;
        this.contentType = contentType;
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
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
        return new Payload(bytes, JSON);
    }

    /** A payload of text. */
    public static Payload text(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8), TEXT);
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
        return new Payload(copy, contentType);
    }

    public String contentType() {
        return contentType;
    }

    /** Whether the bytes are one JSON text. */
    public boolean isJson() {
        return contentType.equals(JSON);
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

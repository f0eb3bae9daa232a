// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;

/** The properties of MQTT 5 §2.2.2.2: their ids, and which packet may have which. */
final class Property {

    static final int PAYLOAD_FORMAT = 0x01;
    static final int MESSAGE_EXPIRY = 0x02;
    static final int CONTENT_TYPE = 0x03;
    static final int RESPONSE_TOPIC = 0x08;
    static final int CORRELATION_DATA = 0x09;
    static final int SUBSCRIPTION_ID = 0x0B;
    static final int SESSION_EXPIRY = 0x11;
    static final int ASSIGNED_CLIENT_ID = 0x12;
    static final int SERVER_KEEP_ALIVE = 0x13;
    static final int AUTH_METHOD = 0x15;
    static final int AUTH_DATA = 0x16;
    static final int REQUEST_PROBLEM_INFORMATION = 0x17;
    static final int WILL_DELAY = 0x18;
    static final int REQUEST_RESPONSE_INFORMATION = 0x19;
    static final int REASON_STRING = 0x1F;
    static final int RECEIVE_MAXIMUM = 0x21;
    static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    static final int TOPIC_ALIAS = 0x23;
    static final int USER = 0x26;
    static final int MAX_PACKET_SIZE = 0x27;
    static final int WILDCARD_AVAILABLE = 0x28;
    static final int SUBSCRIPTION_ID_AVAILABLE = 0x29;
    static final int SHARED_AVAILABLE = 0x2A;
    static final int RETAIN_AVAILABLE = 0x25;

    /** Which may be in each packet, a bit each. */
    static final long IN_CONNECT =
            bits(
                    SESSION_EXPIRY,
                    AUTH_METHOD,
                    AUTH_DATA,
                    REQUEST_PROBLEM_INFORMATION,
                    REQUEST_RESPONSE_INFORMATION,
                    RECEIVE_MAXIMUM,
                    TOPIC_ALIAS_MAXIMUM,
                    USER,
                    MAX_PACKET_SIZE);

    static final long IN_PUBLISH =
            bits(
                    PAYLOAD_FORMAT,
                    MESSAGE_EXPIRY,
                    CONTENT_TYPE,
                    RESPONSE_TOPIC,
                    CORRELATION_DATA,
                    SUBSCRIPTION_ID,
                    TOPIC_ALIAS,
                    USER);

    static final long IN_WILL =
            bits(
                    PAYLOAD_FORMAT,
                    MESSAGE_EXPIRY,
                    CONTENT_TYPE,
                    RESPONSE_TOPIC,
                    CORRELATION_DATA,
                    WILL_DELAY,
                    USER);

    static final long IN_ACK = bits(REASON_STRING, USER);
    static final long IN_SUBSCRIBE = bits(SUBSCRIPTION_ID, USER);
    static final long IN_UNSUBSCRIBE = bits(USER);
    static final long IN_DISCONNECT = bits(SESSION_EXPIRY, REASON_STRING, USER);

    private Property() {}

    private static long bits(int... ids) {
        long bits = 0;
        for (int id : ids) {
            bits |= 1L << id;
        }
        return bits;
    }

    /**
     * Reads the id of the next property.
     *
     * @param legal those that may be in this packet (MQTT 5 §2.2.2.2)
     * @param seen those that were there before; only user properties may come again
     */
    static int readId(ByteBuf in, long legal, long seen) {
        int id = in.readUnsignedByte(); // no known one is longer
        if (id > 0x3f || ((legal >> id) & 1) == 0) {
            throw BrokenRule.malformed("property that does not belong here");
        }
        if (id != USER && ((seen >> id) & 1) != 0) {
            throw BrokenRule.protocolError("property given twice");
        }
        return id;
    }

    /** Reads the length of the properties; returns the index of their end. */
    static int readEnd(ByteBuf in) {
        int length = VarInt.read(in);
        if (length > in.readableBytes()) {
            throw BrokenRule.malformed("properties longer than their packet");
        }
        return in.readerIndex() + length;
    }

    /** Checks and skips all properties of a block: what Netty's decoder does not look at. */
    static void check(ByteBuf in, long legal, int maxUserProperties) {
        int end = readEnd(in);
        long seen = 0;
        int users = 0;
        while (in.readerIndex() < end) {
            int id = readId(in, legal, seen);
            seen |= 1L << id;
            if (id == USER && ++users > maxUserProperties) {
                throw new BrokenRule(Reason.QUOTA_EXCEEDED, "too many user properties");
            }
            skip(id, in);
        }
        checkEnd(in, end);
    }

    static void checkEnd(ByteBuf in, int end) {
        if (in.readerIndex() != end) {
            throw BrokenRule.malformed("property longer than the properties");
        }
    }

    /** Skips the value of a property. */
    static void skip(int id, ByteBuf in) {
        switch (id) {
            case PAYLOAD_FORMAT, REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION ->
                    readFlag(in);
            case RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM, TOPIC_ALIAS -> in.skipBytes(2);
            case MESSAGE_EXPIRY, SESSION_EXPIRY, WILL_DELAY, MAX_PACKET_SIZE -> in.skipBytes(4);
            case SUBSCRIPTION_ID -> VarInt.read(in);
            case USER -> {
                skipString(in);
                skipString(in);
            }
            default -> skipString(in);
        }
    }

    static void skipString(ByteBuf in) {
        in.skipBytes(in.readUnsignedShort());
    }

    /** Reads a property that is 0 or 1. */
    static boolean readFlag(ByteBuf in) {
        int value = in.readUnsignedByte();
        if (value > 1) {
            throw BrokenRule.protocolError("property neither 0 nor 1");
        }
        return value == 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Optional;

/**
 * A client's DISCONNECT (MQTT 5 §3.14, MQTT 3.1.1 §3.14).
 *
 * @param expiry what the session's is to be from now on
 */
record DisconnectPacket(int reason, Optional<Duration> expiry) {

    /**
     * Reads all that there may be of it.
     *
     * @throws BrokenRule where a property is not allowed or damaged
     */
    static DisconnectPacket read(ByteBuf in, boolean isFive) {
        if (!isFive || !in.isReadable()) {
            return new DisconnectPacket(Reason.SUCCESS, Optional.empty());
        }
        int reason = in.readUnsignedByte();
        return new DisconnectPacket(reason, in.isReadable() ? expiry(in) : Optional.empty());
    }

    private static Optional<Duration> expiry(ByteBuf in) {
        int end = Property.readEnd(in);
        Optional<Duration> found = Optional.empty();
        long seen = 0;
        while (in.readerIndex() < end) {
            int id = Property.readId(in, Property.IN_DISCONNECT, seen);
            seen |= 1L << id;
            if (id == Property.SESSION_EXPIRY) {
                found = Optional.of(ConnectPacket.expiry(in.readInt()));
            } else {
                Property.skip(id, in);
            }
        }
        Property.checkEnd(in, end);
        return found;
    }
}

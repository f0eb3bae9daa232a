// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.Origin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Pieces of JSON that many messages in a row have in common, encoded once: how a channel's pushes
 * begin, and who has published.
 *
 * <p>Each thread remembers about a thousand of them. The table holds nothing of a class of this
 * bundle, which it would keep from being collected.
 */
final class Pieces {

    private static final int SLOTS = 1024; // a power of two
    private static final int MAX_KEPT_BYTES = 1024;

    private static final byte[] CHANNEL = Json.ascii("{\"push\":{\"channel\":");
    private static final byte[] PUB = Json.ascii(",\"pub\":");
    private static final byte[] INFO = Json.ascii(",\"info\":");

    /** Keys at even places, each with its piece behind it. */
    private static final FastThreadLocal<Object[]> TABLE = new FastThreadLocal<>();

    private Pieces() {}

    /** How a push begins that tells a publication of this channel. */
    static byte[] pub(String channel) {
        Object[] table = table();
        int slot = slot(channel.hashCode());
        Object known = table[slot];
        if (known == channel || channel.equals(known)) {
            return (byte[]) table[slot + 1];
        }
        ByteBuf piece = Scratch.borrow();
        piece.writeBytes(CHANNEL);
        Json.string(channel, piece);
        piece.writeBytes(PUB);
        return keep(table, slot, channel, piece);
    }

    /** The member that tells who has published, with its comma. */
    static byte[] info(Origin origin) {
        Object[] table = table();
        int slot = slot(origin.client().hashCode());
        Object known = table[slot];
        if (known == origin || origin.equals(known)) {
            return (byte[]) table[slot + 1];
        }
        ByteBuf piece = Scratch.borrow();
        piece.writeBytes(INFO);
        Json.info(origin.client(), origin.user(), piece);
        return keep(table, slot, origin, piece);
    }

    private static Object[] table() {
        Object[] table = TABLE.get();
        if (table == null) {
            table = new Object[2 * SLOTS];
            TABLE.set(table);
        }
        return table;
    }

    private static int slot(int hash) {
        return 2 * ((hash ^ hash >>> 16) & (SLOTS - 1));
    }

    private static byte[] keep(Object[] table, int slot, Object key, ByteBuf piece) {
        byte[] bytes = ByteBufUtil.getBytes(piece);
        Scratch.giveBack(piece);
        if (bytes.length <= MAX_KEPT_BYTES) {
            table[slot] = key;
            table[slot + 1] = bytes;
        }
        return bytes;
    }
}

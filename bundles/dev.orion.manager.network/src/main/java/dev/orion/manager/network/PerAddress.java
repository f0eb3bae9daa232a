// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each address has open: IPv4 addresses, and networks of 64 bits of IPv6,
 * which is what one customer gets.
 *
 * <p>An address without a connection is not remembered, so this is never more than there are
 * connections.
 *
 * <p><b>Threads:</b> any.
 */
final class PerAddress {

    /** Sets IPv4 apart: nothing in IPv6 begins with 0:1. */
    private static final long IPV4 = 1L << 32;

    private final Map<Long, Integer> open = new ConcurrentHashMap<>();

    /** What {@code remote} is counted as; empty for one that is not of the Internet, or unknown. */
    static OptionalLong key(SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return OptionalLong.empty();
        }
        InetAddress address = socket.getAddress();
        var bytes = ByteBuffer.wrap(address.getAddress());
        return OptionalLong.of(
                address instanceof Inet4Address
                        ? IPV4 | Integer.toUnsignedLong(bytes.getInt())
                        : bytes.getLong());
    }

    /** Counts one more, unless there are {@code limit} already; whether it did. */
    boolean enter(long key, int limit) {
        if (open.merge(key, 1, Integer::sum) <= limit) {
            return true;
        }
        leave(key);
        return false;
    }

    void leave(long key) {
        open.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    /** How many addresses are remembered. */
    int size() {
        return open.size();
    }
}

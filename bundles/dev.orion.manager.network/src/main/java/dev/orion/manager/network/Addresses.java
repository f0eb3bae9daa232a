// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Which of our listeners holds which address.
 *
 * <p>A closed socket can keep its address for a moment (a selector or a ring still has it), so an
 * address counts as ours for a moment longer.
 *
 * <p><b>Threads:</b> any.
 */
final class Addresses {

    private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Map<InetSocketAddress, Listener> holders = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Long> released = new ConcurrentHashMap<>();

    /** Gives the address to {@code listener}; who has it, when another one does. */
    Optional<Listener> claim(InetSocketAddress address, Listener listener) {
        return Optional.ofNullable(holders.putIfAbsent(address, listener));
    }

    /** The listener's socket on that address is closed, or was never open. */
    void release(InetSocketAddress address, Listener listener, boolean wasBound) {
        long now = System.nanoTime();
        released.values().removeIf(then -> now - then > MOMENT_NANOS);
        if (wasBound) {
            released.put(address, now);
        }
        holders.remove(address, listener);
    }

    boolean isOurs(InetSocketAddress address) {
        return holders.containsKey(address) || wasOursJustNow(address);
    }

    boolean wasOursJustNow(InetSocketAddress address) {
        Long then = released.get(address);
        return then != null && System.nanoTime() - then < MOMENT_NANOS;
    }
}

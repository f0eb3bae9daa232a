// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many flows there are of each route, and of each address on it, over all sockets.
 *
 * <p>Of IPv6 a network of 64 bits counts as one address: that is what one customer gets. An address
 * without a flow is not remembered, so this is never more than there are flows.
 *
 * <p><b>Threads:</b> any.
 */
final class FlowLimits {

    static final String MAX_FLOWS = "max-flows";
    static final String MAX_FLOWS_PER_ADDRESS = "max-flows-per-address";

    private final Map<String, Integer> ofRoutes = new ConcurrentHashMap<>();
    private final Map<Place, Integer> ofAddresses = new ConcurrentHashMap<>();

    /** Takes room for one more; the limit that holds where there is none, else empty. */
    String enter(String route, InetAddress address, RouteSettings settings) {
        Place place = Place.of(route, address);
        if (!enter(ofAddresses, place, settings.maxFlowsPerAddress())) {
            return MAX_FLOWS_PER_ADDRESS;
        }
        if (!enter(ofRoutes, route, settings.maxFlows())) {
            leave(ofAddresses, place);
            return MAX_FLOWS;
        }
        return "";
    }

    void leave(String route, InetAddress address) {
        leave(ofRoutes, route);
        leave(ofAddresses, Place.of(route, address));
    }

    /** How many addresses are remembered. */
    int addresses() {
        return ofAddresses.size();
    }

    private static <K> boolean enter(Map<K, Integer> open, K key, int max) {
        if (open.merge(key, 1, Integer::sum) <= max) {
            return true;
        }
        leave(open, key);
        return false;
    }

    private static <K> void leave(Map<K, Integer> open, K key) {
        open.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    /**
     * Who takes room where.
     *
     * @param address of IPv4, or the number of a network of IPv6
     */
    private record Place(String route, Object address) {

        static Place of(String route, InetAddress address) {
            return new Place(
                    route,
                    address instanceof Inet6Address
                            ? ByteBuffer.wrap(address.getAddress()).getLong()
                            : address);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

import static java.util.Objects.requireNonNull;

import dev.orion.message.ChannelName;
import dev.orion.net.Endpoint;

/** Where a route leads to. */
public sealed interface Target {

    /**
     * Reads {@code scheme://host:port} or {@code channel:NAME}.
     *
     * @throws IllegalArgumentException when {@code text} has another form
     */
    static Target parse(String text) {
        return text.startsWith(ToChannel.PREFIX)
                ? new ToChannel(text.substring(ToChannel.PREFIX.length()))
                : new ToEndpoint(Endpoint.parse(text));
    }

    /** Another server, to which a connection is opened. */
    record ToEndpoint(Endpoint endpoint) implements Target {

        public ToEndpoint {
            requireNonNull(endpoint, "endpoint");
            if (endpoint.port() == 0) {
                throw new IllegalArgumentException(
                        "endpoint: " + endpoint + " (expected: a port from 1 to 65535)");
            }
        }

        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    /**
     * A channel, to which what arrives is published.
     *
     * @param name may have {@code {address}}, {@code {port}} and {@code {connection}}, which stand
     *     for what is known of the peer
     */
    record ToChannel(String name) implements Target {

        private static final String PREFIX = "channel:";
        private static final String LONGEST_ADDRESS = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

        public ToChannel {
            String longest = filled(name, LONGEST_ADDRESS, 65_535, "conn_ffffffff");
            ChannelName.check(longest);
            if (longest.indexOf('{') >= 0) {
                throw new IllegalArgumentException(
                        "channel: "
                                + name
                                + " (expected: no braces but {address}, {port}, {connection})");
            }
        }

        /** The channel of one peer. */
        public String of(String address, int port, String connection) {
            return filled(name, address, port, connection);
        }

        /** Whether every peer has the same channel. */
        public boolean isFixed() {
            return name.indexOf('{') < 0;
        }

        @Override
        public String toString() {
            return PREFIX + name;
        }

        private static String filled(String name, String address, int port, String connection) {
            return name.indexOf('{') < 0
                    ? name
                    : name.replace("{address}", address)
                            .replace("{port}", Integer.toString(port))
                            .replace("{connection}", connection);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.client.ClientProtocol;
import dev.orion.testkit.TestClients;
import dev.orion.testkit.TestConnector;
import dev.orion.testkit.TestRoutes;
import java.time.Duration;

/** The protocol where there are no routes. */
final class Unrouted {

    private Unrouted() {}

    static TcpProtocol protocol(ClientProtocol clients, TcpProtocol.Settings settings) {
        return new TcpProtocol(
                clients,
                new TestClients(),
                new TestRoutes(),
                new TestConnector(),
                settings,
                Duration.ofSeconds(1));
    }
}

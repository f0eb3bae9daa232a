// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import org.osgi.annotation.versioning.ProviderType;

/** The real-time manager as protocols see it: it opens clients. */
@ProviderType
public interface Clients {

    /**
     * Opens a client, which is at once on every broadcast channel.
     *
     * <p><b>Threads:</b> the event loop of {@code outlet.channel()}.
     */
    Client open(ClientSpec spec, Outlet outlet);
}

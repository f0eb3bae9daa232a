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

    /**
     * Opens a session, or goes on with the one of that name. A connection that has it now is told
     * to end with {@link dev.orion.net.CloseReason#TAKEN_OVER}.
     *
     * <p>Refused as {@code LIMIT_EXCEEDED} where there are too many, {@code INTERNAL} where it
     * cannot be stored.
     *
     * <p><b>Threads:</b> the event loop of {@code outlet.channel()}, where the reply comes, too.
     */
    void openSession(SessionSpec spec, SessionOutlet outlet, Reply<OpenedSession> reply);
}

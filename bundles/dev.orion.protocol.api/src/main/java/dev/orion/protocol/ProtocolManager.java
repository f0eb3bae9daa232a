// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Owns the set of protocols: which plug-in serves which name now. */
@ProviderType
public interface ProtocolManager {

    /** Whether some plug-in speaks {@code name} now. Any thread. */
    boolean speaks(String name);

    /**
     * Gives a new connection to the plug-in that speaks its endpoint's protocol.
     *
     * <p>A plug-in that throws costs this connection only: it is closed.
     *
     * <p><b>Threads:</b> the connection's event loop.
     *
     * @return false when nobody speaks it now; the connection is untouched then
     */
    boolean serve(Connection connection);

    /**
     * The protocols now, by name; also one that has left, as long as it has connections. Any
     * thread.
     */
    List<ProtocolInfo> protocols();
}

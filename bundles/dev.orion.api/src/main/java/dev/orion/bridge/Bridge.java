// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A link to a broker of somebody else, over which messages go in, out or both ways.
 *
 * <p>Whoever keeps one registers it as a service for as long as it is configured.
 */
@ConsumerType
public interface Bridge {

    /**
     * How it is now.
     *
     * <p><b>Threads:</b> any; does not block.
     */
    BridgeInfo info();
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import org.osgi.annotation.versioning.ConsumerType;

/** Is told when plug-ins have come or gone; register one as a service. */
@ConsumerType
public interface ProtocolsListener {

    /**
     * The set of protocols has changed; ask the {@link ProtocolManager} what it is now.
     *
     * <p><b>Threads:</b> any, one call at a time; must not block.
     */
    void protocolsChanged();
}

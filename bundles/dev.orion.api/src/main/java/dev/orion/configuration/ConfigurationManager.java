// SPDX-License-Identifier: Apache-2.0
package dev.orion.configuration;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads, checks and applies the configuration files.
 *
 * <p><b>Threads:</b> any; {@link #load} blocks until the files are applied or refused.
 */
@ProviderType
public interface ConfigurationManager {

    /**
     * Reads the files again, checks them as a whole, and applies them when nothing is wrong.
     *
     * <p>The first call also begins watching them.
     *
     * @return every fault; empty when what the files say is now in force
     */
    List<Fault> load();

    /** The names ({@code web} of {@code dev.orion.listener~web}) configured for a factory. */
    Set<String> names(String factoryPid);
}

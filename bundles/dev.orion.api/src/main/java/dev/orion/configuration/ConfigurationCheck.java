// SPDX-License-Identifier: Apache-2.0
package dev.orion.configuration;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds what is wrong with a configuration beyond its keys and types: ports, patterns, names that
 * lead nowhere.
 *
 * <p>Register one as a service; whoever applies configurations asks all of them first and applies
 * nothing when one of them finds a fault.
 *
 * <p><b>Threads:</b> called by one thread at a time; may block for a moment.
 */
@ConsumerType
public interface ConfigurationCheck {

    /**
     * Looks at the whole of what would be in force and says every fault of it.
     *
     * @param proposed every configuration of the files, also those that are not this check's
     */
    void check(List<? extends ProposedConfiguration> proposed);
}

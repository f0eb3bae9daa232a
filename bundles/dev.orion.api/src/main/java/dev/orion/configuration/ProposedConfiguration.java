// SPDX-License-Identifier: Apache-2.0
package dev.orion.configuration;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One configuration of a file that is being checked: what of it has keys and types that are right.
 *
 * <p>Values with other faults are left out, also where they are required; those faults are known.
 */
@ProviderType
public interface ProposedConfiguration {

    /** The name before the {@code ~}, or the whole where there is none. */
    String factoryPid();

    /** The name after the {@code ~}; empty where there is none. */
    String name();

    /** The values, with the types that their definitions give; defaults are not filled in. */
    Map<String, Object> values();

    /** Says that the value of {@code key} is wrong; the report names its line. */
    void fault(String key, String message);
}

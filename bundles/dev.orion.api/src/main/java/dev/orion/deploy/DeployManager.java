// SPDX-License-Identifier: Apache-2.0
package dev.orion.deploy;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Owns the plug-ins of the folder {@code deploy}. */
@ProviderType
public interface DeployManager {

    /** What is known of every jar now, by file name. Any thread. */
    List<DeployInfo> deployed();
}

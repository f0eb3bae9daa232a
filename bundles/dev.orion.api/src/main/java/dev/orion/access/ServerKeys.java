// SPDX-License-Identifier: Apache-2.0
package dev.orion.access;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The keys that open the server API.
 *
 * <p><b>Threads:</b> any; does not block, and takes the same time for every candidate of a length.
 */
@ProviderType
public interface ServerKeys {

    /** Whether {@code candidate} opens {@code /api}. */
    boolean opensApi(String candidate);
}

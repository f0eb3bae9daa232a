// SPDX-License-Identifier: Apache-2.0
package dev.orion.access;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The keys that open the server API and the administration.
 *
 * <p><b>Threads:</b> any; does not block, and takes the same time for every candidate of a length.
 */
@ProviderType
public interface ServerKeys {

    /** The role of a client whose credentials are the administrator's key. */
    String ADMIN_ROLE = "admin";

    /** Whether {@code candidate} opens {@code /api}. */
    boolean opensApi(String candidate);

    /** Whether {@code candidate} opens {@code /admin}, and gives a client {@link #ADMIN_ROLE}. */
    default boolean opensAdmin(String candidate) {
        return false;
    }
}

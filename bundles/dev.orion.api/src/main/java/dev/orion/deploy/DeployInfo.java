// SPDX-License-Identifier: Apache-2.0
package dev.orion.deploy;

import static java.util.Objects.requireNonNull;

/**
 * What is known of one jar of the folder {@code deploy} at one moment.
 *
 * @param file its name
 * @param bundle symbolic name of the bundle; empty where the jar is none
 * @param version of that bundle; empty where the jar is none
 * @param detail for people: why it is in this state; empty where there is nothing to say
 */
public record DeployInfo(String file, String bundle, String version, State state, String detail) {

    public DeployInfo {
        requireNonNull(file, "file");
        requireNonNull(bundle, "bundle");
        requireNonNull(version, "version");
        requireNonNull(state, "state");
        requireNonNull(detail, "detail");
    }

    /** Where a jar is in its life. */
    public enum State {
        /** It has been found and is being looked at. */
        NEW,
        /** It runs. */
        ACTIVE,
        /** A newer version has taken over; this one keeps the connections it has, for a while. */
        DRAINING,
        /** It stays aside because a version that is at least as high runs. */
        SUPERSEDED,
        /** Something that it needs is not there; it is tried again when other jars come. */
        UNRESOLVED,
        /** It did not start; it is tried again when other jars come. */
        FAILED,
        /** It is no bundle; it is tried again when the file changes. */
        BROKEN
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import org.osgi.framework.Version;

/**
 * Where a protocol plug-in comes from. The greater one is preferred: the higher bundle version,
 * then the higher ranking, then the newer service.
 */
record Source(String bundle, Version version, long bundleId, int ranking, long serviceId)
        implements Comparable<Source> {

    private static final Comparator<Source> ORDER =
            Comparator.comparing(Source::version)
                    .thenComparingInt(Source::ranking)
                    .thenComparingLong(Source::serviceId);

    Source {
        requireNonNull(bundle, "bundle");
        requireNonNull(version, "version");
    }

    @Override
    public int compareTo(Source other) {
        return ORDER.compare(this, other);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import java.util.concurrent.atomic.LongAdder;

/**
 * What has gone along the routes of one name: it outlives a change of the route.
 *
 * @param begun how many
 * @param ended how many of them are over
 * @param failed how many of them did not get there
 */
record RouteCounts(LongAdder begun, LongAdder ended, LongAdder failed) {

    RouteCounts() {
        this(new LongAdder(), new LongAdder(), new LongAdder());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.store;

import org.osgi.annotation.versioning.ConsumerType;

/** Takes the records of a table, one after the other. */
@ConsumerType
@FunctionalInterface
public interface RecordReader {

    /**
     * Takes the next record.
     *
     * <p><b>Buffer:</b> both arrays are the reader's own. What it throws ends the reading.
     */
    void read(byte[] key, byte[] value);
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.store;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes that are made together or not at all, in their order.
 *
 * <p><b>Buffer:</b> arrays are taken as they are, not copied; nobody may change them any more.
 */
public final class Batch {

    /** Changes nothing; its stage says that everything before it is done. */
    public static final Batch EMPTY = new Batch(List.of(), 0);

    /** The longest key. */
    public static final int MAX_KEY_BYTES = 65_535;

    /** The longest value. */
    public static final int MAX_VALUE_BYTES = 16 * 1024 * 1024;

    /** The most that a batch may have of {@link #bytes}. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    /** What a change takes besides its table's name, its key and its value. */
    private static final int CHANGE_BYTES = 24;

    private static final int MAX_NAME = 64;

    private final List<Change> changes;
    private final int bytes;

    private Batch(List<Change> changes, int bytes) {
        this.changes = changes;
        this.bytes = bytes;
    }

    public static Builder builder() {
        return new Builder();
    }

    public List<Change> changes() {
        return changes;
    }

    /** How long names, keys and values are together, and 24 for each change. */
    public int bytes() {
        return bytes;
    }

    /** One change to one record. */
    public static final class Change {

        private static final byte[] NONE = {};

        private final String table;
        private final byte[] key;
        private final byte[] value;
        private final boolean removal;

        private Change(String table, byte[] key, byte[] value, boolean removal) {
            this.table = table;
            this.key = key;
            this.value = value;
            this.removal = removal;
        }

        public String table() {
            return table;
        }

        public byte[] key() {
            return key;
        }

        /** What is put; of length 0 in a removal. */
        public byte[] value() {
            return value;
        }

        /** Whether the record goes, if there is one. */
        public boolean isRemoval() {
            return removal;
        }
    }

    /**
     * Collects changes.
     *
     * <p><b>Threads:</b> one.
     */
    public static final class Builder {

        private final List<Change> changes = new ArrayList<>(4);
        private int bytes;

        private Builder() {}

        /**
         * Adds a record, or replaces it and moves it to the end of its table's order.
         *
         * @param table 1 to 64 printable ASCII characters
         * @throws IllegalArgumentException when the name, the key, the value or the batch is too
         *     long
         */
        public Builder put(String table, byte[] key, byte[] value) {
            if (value.length > MAX_VALUE_BYTES) {
                throw new IllegalArgumentException(
                        "value: " + value.length + " bytes (expected: <= " + MAX_VALUE_BYTES + ")");
            }
            return add(new Change(named(table), key, value, false));
        }

        /**
         * Removes a record; no matter if there is none.
         *
         * @param table 1 to 64 printable ASCII characters
         * @throws IllegalArgumentException when the name, the key or the batch is too long
         */
        public Builder remove(String table, byte[] key) {
            return add(new Change(named(table), requireNonNull(key, "key"), Change.NONE, true));
        }

        public Batch build() {
            return changes.isEmpty() ? EMPTY : new Batch(List.copyOf(changes), bytes);
        }

        private Builder add(Change change) {
            if (change.key.length > MAX_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "key: "
                                + change.key.length
                                + " bytes (expected: <= "
                                + MAX_KEY_BYTES
                                + ")");
            }
            int size = change.table.length() + change.key.length + change.value.length;
            int sum = bytes + size + CHANGE_BYTES;
            if (sum > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "batch: " + sum + " bytes (expected: <= " + MAX_BYTES + ")");
            }
            bytes = sum;
            changes.add(change);
            return this;
        }

        private static String named(String table) {
            boolean good = !table.isEmpty() && table.length() <= MAX_NAME;
            for (int i = 0; good && i < table.length(); i++) {
                good = table.charAt(i) > ' ' && table.charAt(i) < 0x7f;
            }
            if (!good) {
                throw new IllegalArgumentException(
                        "table: '" + table + "' (expected: 1 to 64 printable ASCII characters)");
            }
            return table;
        }
    }
}

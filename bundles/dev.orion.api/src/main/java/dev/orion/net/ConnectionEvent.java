// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** Something that has happened to a connection, as a {@link ConnectionListener} is told it. */
public sealed interface ConnectionEvent {

    /** When it happened. */
    Instant time();

    /** A connection has been accepted, which nobody may be serving yet, or opened. */
    record Connected(Instant time, ConnectionInfo connection) implements ConnectionEvent {

        public Connected {
            requireNonNull(time, "time");
            requireNonNull(connection, "connection");
        }
    }

    /** A connection is closed; nothing else is told of it after that. */
    record Disconnected(Instant time, ConnectionInfo connection, CloseReason reason)
            implements ConnectionEvent {

        public Disconnected {
            requireNonNull(time, "time");
            requireNonNull(connection, "connection");
            requireNonNull(reason, "reason");
        }
    }

    /**
     * Something went wrong on a connection, which may go on or be closed next.
     *
     * @param what for people, at most 200 characters
     */
    record Failed(Instant time, ConnectionInfo connection, String what) implements ConnectionEvent {

        public Failed {
            requireNonNull(time, "time");
            requireNonNull(connection, "connection");
            requireNonNull(what, "what");
        }
    }

    /**
     * Bytes have gone over a connection: all that one turn of its event loop has read or flushed.
     *
     * <p>Told only to listeners that {@link ListensTo ask} for it. The bytes themselves are not
     * handed out: they live in pooled buffers that belong to the pipeline, so a listener that runs
     * elsewhere and later would cost a copy of all traffic, or pin the pool for as long as it is
     * slow.
     */
    record Data(Instant time, ConnectionInfo connection, Direction direction, long bytes)
            implements ConnectionEvent {

        public Data {
            requireNonNull(time, "time");
            requireNonNull(connection, "connection");
            requireNonNull(direction, "direction");
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 1)");
            }
        }
    }

    /**
     * The listener was too slow: at this place this many events are missing. What is true now can
     * be asked of the {@link NetworkManager}.
     */
    record Missed(Instant time, long events) implements ConnectionEvent {

        public Missed {
            requireNonNull(time, "time");
            if (events < 1) {
                throw new IllegalArgumentException("events: " + events + " (expected: >= 1)");
            }
        }
    }

    /** Which way bytes went, seen from here. */
    enum Direction {
        IN,
        OUT
    }
}

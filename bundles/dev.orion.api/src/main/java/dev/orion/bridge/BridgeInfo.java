// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What is known of one bridge at one moment. Counters begin with the bridge's present life.
 *
 * @param name the last part of its configuration's name
 * @param uri the other broker
 * @param version of the protocol that is spoken there: {@code 5}
 * @param since when it came into {@code state}
 * @param in messages that were taken from the other broker
 * @param out messages that the other broker has taken
 * @param looped messages that were not passed on, because they have been here before
 * @param dropped messages that were lost: there was no room, or they were refused for good
 * @param buffered messages that wait until the other broker takes them
 * @param bufferedBytes how long those are together, and what they cost besides
 * @param lastError why it is not connected, or was not the last time; empty where it always was
 */
public record BridgeInfo(
        String name,
        String uri,
        String version,
        State state,
        Instant since,
        long in,
        long out,
        long looped,
        long dropped,
        int buffered,
        long bufferedBytes,
        String lastError) {

    public BridgeInfo {
        requireNonNull(name, "name");
        requireNonNull(uri, "uri");
        requireNonNull(version, "version");
        requireNonNull(state, "state");
        requireNonNull(since, "since");
        requireNonNull(lastError, "lastError");
    }

    /** Whether messages flow. */
    public enum State {
        /** It has not been connected yet, and nothing has gone wrong so far. */
        CONNECTING,
        CONNECTED,
        /** It will connect again later; what is for the other broker waits. */
        WAITING,
        /** Another one has taken its place: it does nothing any more. */
        REPLACED
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that moves when it is told to. */
final class MovableClock extends Clock {
    private boolean isBroken;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** Whether it throws from now on. */
    void breakDown(boolean broken) {
        isBroken = broken;
    }

    void advance(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        if (isBroken) {
            throw new IllegalStateException("told to break");
        }
        return now;
    }

    @Override
    public ZoneOffset getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}

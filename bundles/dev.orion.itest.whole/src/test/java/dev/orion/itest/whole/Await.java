// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits, up to a deadline, for what nothing but looking tells. */
final class Await {

    static final Duration SOON = Duration.ofSeconds(10);

    private Await() {}

    /** Looks until it is true; an exception while looking counts as not yet. */
    static void until(String what, Callable<Boolean> look) {
        long deadline = System.nanoTime() + SOON.toNanos();
        Throwable last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (look.call()) {
                    return;
                }
                last = null;
            } catch (Exception | AssertionError notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        throw new AssertionError("not within " + SOON.toSeconds() + " s: " + what, last);
    }
}

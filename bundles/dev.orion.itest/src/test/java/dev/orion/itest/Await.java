// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process does, where nothing but looking tells. */
final class Await {

    private Await() {}

    /**
     * Looks until it is true.
     *
     * @throws AssertionError when it is not in time; an exception while looking counts as not yet
     */
    static void until(String what, Duration timeout, Callable<Boolean> look) {
        long deadline = System.nanoTime() + timeout.toNanos();
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
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError("not within " + timeout.toMillis() + " ms: " + what, last);
    }
}

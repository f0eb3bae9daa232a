// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One span of time in which a server works. */
final class Measurement {

    private static final double LEAD_SHARE = 0.25;
    private static final double WARM_UP_SECONDS = 2;
    private static final double LOOK_SECONDS = 0.1;

    private Measurement() {}

    /** Loads the server for some seconds, after a quarter of that which does not count. */
    static Sample of(Work work, ServerProcess server, double seconds) {
        work.begin();
        pass(work, seconds * LEAD_SHARE);
        work.warm();
        long cpu = server.stats().cpuNanos();
        long done = work.done();
        long begun = System.nanoTime();
        pass(work, seconds);
        double spent = server.stats().cpuNanos() - cpu;
        double units = work.done() - done;
        double took = System.nanoTime() - begun;
        work.end();
        return new Sample(spent / 1e3 / units, work.figures(units * 1e9 / took));
    }

    /**
     * Loads the server until it has used some seconds of processor time, so that a busy machine
     * does not cut its warm-up short; at most for half as long again.
     */
    static void warmUp(Work work, ServerProcess server) {
        long enough = server.stats().cpuNanos() + (long) (WARM_UP_SECONDS * 1e9);
        long end = System.nanoTime() + (long) (1.5 * WARM_UP_SECONDS * 1e9);
        work.begin();
        do {
            pass(work, LOOK_SECONDS);
        } while (server.stats().cpuNanos() < enough && System.nanoTime() < end);
        work.end();
    }

    private static void pass(Work work, double seconds) {
        try {
            work.lost().get((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
        } catch (TimeoutException nobodyWasLost) {
            assert nobodyWasLost != null;
        } catch (ExecutionException lost) {
            throw new BenchException(lost.getCause().getMessage(), lost);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", stop);
        }
    }
}

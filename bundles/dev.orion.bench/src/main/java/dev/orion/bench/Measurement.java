// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One span of time in which a server works. */
final class Measurement {

    private static final double WARM_UP_SHARE = 0.25;

    private Measurement() {}

    /** Loads the server for some seconds, after a quarter of that which does not count. */
    static Sample of(Work work, ServerProcess server, double seconds) {
        work.begin();
        pass(work, seconds * WARM_UP_SHARE);
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

    /** Loads the server without measuring. */
    static void warmUp(Work work, double seconds) {
        work.begin();
        pass(work, seconds);
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

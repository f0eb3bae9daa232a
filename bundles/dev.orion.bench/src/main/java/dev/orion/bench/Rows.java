// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import dev.orion.bench.Contender.Loops;
import java.util.List;
import java.util.function.Function;

/** All rows, in the order of the table. */
final class Rows {

    static final Row START =
            Row.figure(
                    "start", "start to ready", "start", "%.0f ms", Goal.figures("< 1000 ms", 1e3));

    static final Row IDLE =
            Row.figure(
                    "idle",
                    "10,000 idle clients, a channel each",
                    "client",
                    "%.2f KB each",
                    Goal.figures("≤ 8 KB", 8));

    private static final double FAN_OUT_RATIO = 1.25;
    private static final double PAIRS_RATIO = 1.5;

    private static final int FEW = 50;
    private static final int MANY = 1000;
    private static final int WINDOW_FEW = 512; // messages on their way, 120 KB for each client
    private static final int WINDOW_MANY = 128; // 30 KB for each client, 30 MB together
    private static final int PACE = 10_000;

    private Rows() {}

    /** A row that is measured by giving work to running servers. */
    record OfWork(Row row, Loops loops, Function<Loader, Work> work) {}

    static List<OfWork> ofWork() {
        var latency =
                Row.latency(
                        "latency",
                        "publish to deliver, 10,000/s",
                        "message",
                        Goal.figures("< 200, < 1000 µs", 200, 1000));
        var pairs = Row.rate("pairs", "1,000 × 1 → 1, one in flight each", "message", PAIRS_RATIO);
        return List.of(
                new OfWork(latency, Loops.DEFAULT, loader -> new Paced(loader, PACE)),
                fanOut("fan-50", "1 → 50, saturated", Loops.DEFAULT, FEW, WINDOW_FEW),
                fanOut("fan-50-one", "1 → 50, one in flight", Loops.DEFAULT, FEW, 1),
                fanOut("fan-1000", "1 → 1,000, saturated", Loops.DEFAULT, MANY, WINDOW_MANY),
                fanOut("fan-1000-one", "1 → 1,000, one in flight", Loops.DEFAULT, MANY, 1),
                new OfWork(pairs, Loops.DEFAULT, loader -> new Pairs(loader, MANY)),
                fanOut("loop-50", "one loop: 1 → 50, saturated", Loops.ONE, FEW, WINDOW_FEW),
                fanOut("loop-50-one", "one loop: 1 → 50, one in flight", Loops.ONE, FEW, 1),
                fanOut("loop-1000", "one loop: 1 → 1,000, saturated", Loops.ONE, MANY, WINDOW_MANY),
                fanOut("loop-1000-one", "one loop: 1 → 1,000, one in flight", Loops.ONE, MANY, 1));
    }

    private static OfWork fanOut(
            String key, String title, Loops loops, int subscribers, int window) {
        return new OfWork(
                Row.rate(key, title, "delivery", FAN_OUT_RATIO),
                loops,
                loader -> new FanOut(loader, subscribers, window));
    }
}

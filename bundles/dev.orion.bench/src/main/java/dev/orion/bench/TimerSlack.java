// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The 50 µs by which Linux may wake a sleeping thread late, to save power. */
final class TimerSlack {

    private TimerSlack() {}

    /** Has the calling thread woken in time from now on, where the system lets us. */
    static void remove() {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            Files.writeString(
                    Path.of("/proc", thread.getFileName().toString(), "timerslack_ns"), "1");
        } catch (IOException | UnsupportedOperationException notHere) {
            // Then latencies contain the slack, for every server the same.
            assert notHere != null;
        }
    }
}

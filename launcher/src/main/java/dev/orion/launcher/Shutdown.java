// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Answers SIGTERM and SIGINT: closes Orion, then ends the process with 0.
 *
 * <p>A signal while Orion still starts ends the process at once; nothing is served yet.
 */
final class Shutdown {

    private final Thread hook = new Thread(this::end, "orion-shutdown");
    private final AtomicReference<Orion> running = new AtomicReference<>();

    Shutdown() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void arm(Orion orion) {
        running.set(orion);
    }

    /** Leaves the process to end by itself. */
    void disarm() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            // The hook is closing Orion, and ends the process when it has.
        }
    }

    private void end() {
        Orion orion = running.get();
        if (orion != null) {
            orion.close();
        }
        // Without this the JVM ends with 128 + the signal's number.
        Runtime.getRuntime().halt(Main.OK);
    }
}

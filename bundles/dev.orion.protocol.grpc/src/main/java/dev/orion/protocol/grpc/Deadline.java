// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.protocol.Wheel;

/**
 * When a call is to be over.
 *
 * <p>When the plug-in goes before that, nothing is over: calls still have the time that their
 * connections have to end.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class Deadline extends Wheel.Entry {

    private final Runnable passed;
    private final Runnable dismissed;

    Deadline(Runnable passed) {
        this(passed, () -> {});
    }

    Deadline(Runnable passed, Runnable dismissed) {
        this.passed = passed;
        this.dismissed = dismissed;
    }

    @Override
    protected void due() {
        passed.run();
    }

    @Override
    protected void failed() {
        passed.run();
    }

    @Override
    protected void dismissed() {
        dismissed.run();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.protocol.Wheel;

/**
 * When a call is to be over.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class Deadline extends Wheel.Entry {

    private final Runnable passed;

    Deadline(Runnable passed) {
        this.passed = passed;
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
        passed.run();
    }
}

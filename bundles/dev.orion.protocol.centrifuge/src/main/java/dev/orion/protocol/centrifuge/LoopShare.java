// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.protocol.Wheel;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import tools.jackson.core.json.JsonFactory;

/**
 * What the conversations of one event loop have in common.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class LoopShare {

    private static final int MAX_KEPT_BYTES = 1 << 16;
    private static final byte[] NONE = {};

    final Wheel wheel;
    final CommandReader reader;
    private byte[] spare = NONE;

    LoopShare(EventExecutor loop, Duration tick, JsonFactory json, Runnable whenUnused) {
        this.wheel = new Wheel(loop, tick, whenUnused);
        this.reader = new CommandReader(json);
    }

    /** An array of at least {@code length} bytes, until it is given back. */
    byte[] borrow(int length) {
        byte[] bytes = spare;
        spare = NONE;
        return bytes.length >= length ? bytes : new byte[Math.max(length, 1024)];
    }

    void giveBack(byte[] bytes) {
        if (bytes.length <= MAX_KEPT_BYTES) {
            spare = bytes;
        }
    }
}

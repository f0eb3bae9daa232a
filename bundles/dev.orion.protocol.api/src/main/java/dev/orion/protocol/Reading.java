// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import io.netty.channel.Channel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;

/**
 * Pauses reading from a connection for as long as anybody has a reason to.
 *
 * <p>Reasons are counted: reading goes on when the last one is gone. A connection that never pauses
 * pays nothing.
 *
 * <p>A decoder takes nothing out of bytes that it already has while reading {@link #isPaused}, and
 * goes on with them when the event {@link #RESUMED} comes through the pipeline.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
public final class Reading {

    /**
     * The user event that says that reading goes on.
     *
     * <p>It comes as a task of its own, never in the middle of whatever took back the last reason.
     */
    public static final Object RESUMED =
            new Object() {
                @Override
                public String toString() {
                    return "Reading.RESUMED";
                }
            };

    private static final AttributeKey<Integer> PAUSES =
            AttributeKey.valueOf(Reading.class, "pauses");

    private Reading() {}

    /** Adds a reason; each is to be taken back once with {@link #resume}. */
    public static void pause(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        Attribute<Integer> pauses = channel.attr(PAUSES);
        Integer before = pauses.get();
        pauses.set(before == null ? 1 : before + 1);
        channel.config().setAutoRead(false);
    }

    /** Takes a reason back; reading goes on when it was the last. */
    public static void resume(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        Attribute<Integer> pauses = channel.attr(PAUSES);
        Integer before = pauses.get();
        if (before == null || before == 0) {
            throw new IllegalStateException("pauses: " + before + " (expected: >= 1)");
        }
        pauses.set(before - 1);
        if (before == 1) {
            channel.config().setAutoRead(true);
            channel.eventLoop().execute(() -> tellResumed(channel));
        }
    }

    /** Whether anybody has a reason that nothing is read. Any thread. */
    public static boolean isPaused(Channel channel) {
        return !channel.config().isAutoRead();
    }

    private static void tellResumed(Channel channel) {
        if (!isPaused(channel)) {
            channel.pipeline().fireUserEventTriggered(RESUMED);
        }
    }
}

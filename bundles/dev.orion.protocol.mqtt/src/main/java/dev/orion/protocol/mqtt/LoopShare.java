// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.protocol.Wheel;
import io.netty.channel.EventLoop;
import java.time.Duration;

/**
 * What the connections of one event loop have in common.
 *
 * <p><b>Threads:</b> the event loop.
 */
final class LoopShare {

    private static final Duration TICK = Duration.ofMillis(250);

    final Wheel wheel;
    final NettyCodec codec;
    final PublishReader publish;

    LoopShare(EventLoop loop, Settings settings, Runnable whenUnused) {
        wheel = new Wheel(loop, TICK, whenUnused);
        codec = new NettyCodec(settings);
        publish = new PublishReader(settings.maxUserProperties());
    }
}

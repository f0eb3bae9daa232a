// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import java.time.Clock;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An event loop that has ended before its clients were told so. */
class DeadLaneTest {

    private static final Payload PAYLOAD = Payload.text("x".repeat(60_000));

    private final Channels channels =
            new Channels(Clock.systemUTC(), new Channels.Settings(1000, 1_000_000, 4));
    private final Lane lane =
            new Lane(
                    task -> {
                        throw new RejectedExecutionException("ended");
                    });
    private final WireGroup group =
            new WireGroup(
                    lane,
                    channels.open("a", new RealtimeManagerTest.Rules("#").build()),
                    TestClient.Lines.PLAIN,
                    false);

    @Test
    void keepsNobodyWaiting() {
        for (int i = 0; i < 400; i++) {
            group.offer(new Message("a", Publication.of(PAYLOAD), Origin.HOST, 0, 0, ""));
            group.announce(null);
        }

        assertThat(lane.isDead()).isTrue();
        assertThat(group.backpressure().isCongested()).isFalse();
        assertThat(group.backpressure().isOverfull()).isFalse();
    }

    @Test
    void isCountedAsEmpty() {
        group.announce(null);
        var counted = new AtomicBoolean();

        group.offer(new WireGroup.Count(session -> {}, () -> counted.set(true)));

        assertThat(counted).isTrue();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import dev.orion.realtime.StreamPosition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final Idempotency idempotency = new Idempotency(3, now::get);
    private int published;

    @Test
    void publishesOnceUnderAKeyOfAChannel() {
        assertThat(publish("a", "k")).isCompletedWithValue(new StreamPosition(1, "e"));
        assertThat(publish("a", "k")).isCompletedWithValue(new StreamPosition(1, "e"));
        assertThat(publish("a", "other")).isCompletedWithValue(new StreamPosition(2, "e"));
        assertThat(publish("b", "k")).isCompletedWithValue(new StreamPosition(3, "e"));
    }

    @Test
    void forgetsAfterFiveMinutes() {
        publish("a", "k");
        now.addAndGet(Duration.ofMinutes(5).toNanos());

        assertThat(publish("a", "k")).isCompletedWithValue(new StreamPosition(2, "e"));
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        for (String key : new String[] {"1", "2", "3", "4"}) {
            publish("a", key);
        }

        publish("a", "4");
        assertThat(published).isEqualTo(4);
        publish("a", "1");
        assertThat(published).isEqualTo(5);
    }

    @Test
    void triesAgainWhatFailed() {
        CompletionStage<StreamPosition> failed =
                idempotency.once(
                        "a",
                        "k",
                        () ->
                                CompletableFuture.failedFuture(
                                        new RefusedException(Refusal.LIMIT_EXCEEDED)));

        assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
        assertThat(publish("a", "k")).isCompletedWithValue(new StreamPosition(1, "e"));
    }

    private CompletableFuture<StreamPosition> publish(String channel, String key) {
        return idempotency
                .once(
                        channel,
                        key,
                        () ->
                                CompletableFuture.completedFuture(
                                        new StreamPosition(++published, "e")))
                .toCompletableFuture();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMillis(350);

    /** Draws the largest number that it may. */
    private static final RandomGenerator LARGEST =
            new RandomGenerator() {
                @Override
                public long nextLong() {
                    throw new AssertionError("not bounded");
                }

                @Override
                public long nextLong(long bound) {
                    return bound - 1;
                }
            };

    private final Backoff backoff = new Backoff(LEAST, MOST, LARGEST);

    @Test
    void doublesTheBoundUpToTheMost() {
        assertThat(next()).isEqualTo(100);
        assertThat(next()).isEqualTo(200);
        assertThat(next()).isEqualTo(350);
        assertThat(next()).isEqualTo(350);
    }

    @Test
    void drawsFromTheWholeOfIt() {
        var random = RandomGenerator.of("L64X128MixRandom");
        var drawing = new Backoff(Duration.ofMillis(4), Duration.ofMillis(4), random);
        long seen = 0;
        for (int i = 0; i < 1000; i++) {
            seen |= 1L << drawing.next().toMillis();
        }

        assertThat(seen).isEqualTo(0b11110); // 1 to 4 ms
    }

    @Test
    void beginsAnewAfterAConnectionThatLasted() {
        next();
        next();
        backoff.connectedFor(Duration.ofMillis(10));
        assertThat(next()).isEqualTo(350);

        backoff.connectedFor(MOST);
        assertThat(next()).isEqualTo(100);
    }

    private long next() {
        return backoff.next().toMillis();
    }
}

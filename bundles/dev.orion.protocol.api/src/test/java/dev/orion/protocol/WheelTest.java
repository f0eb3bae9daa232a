// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WheelTest {

    private static final int TICK_MS = 10;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> told = new ArrayList<>();
    private final Wheel wheel =
            new Wheel(
                    channel.eventLoop(), Duration.ofMillis(TICK_MS), () -> told.add("wheel empty"));

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesOnAfterAnEntryThatFailsAndTellsIt(boolean isError) {
        wheel.schedule(new Broken("broken", isError), TICK_MS);
        wheel.schedule(new Named("other"), TICK_MS);
        wheel.schedule(new Named("later"), 3 * TICK_MS);

        pass(3);

        assertThat(told).containsExactly("broken failed", "other due", "later due", "wheel empty");
    }

    @Test
    void dismissesTheOthersAfterAnEntryThatFails() {
        wheel.schedule(new Broken("broken", true), TICK_MS);
        wheel.schedule(new Named("other"), TICK_MS);
        wheel.schedule(new Named("later"), 3 * TICK_MS);

        wheel.dismiss();

        assertThat(told).containsExactly("other dismissed", "later dismissed", "wheel empty");
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            channel.advanceTimeBy(TICK_MS, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private class Named extends Wheel.Entry {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected void due() {
            told.add(name + " due");
        }

        @Override
        protected void failed() {
            told.add(name + " failed");
        }

        @Override
        protected void dismissed() {
            told.add(name + " dismissed");
        }
    }

    private final class Broken extends Named {
        private final boolean isError;

        Broken(String name, boolean isError) {
            super(name);
            this.isError = isError;
        }

        @Override
        protected void due() {
            fail();
        }

        @Override
        protected void dismissed() {
            fail();
        }

        private void fail() {
            if (isError) {
                throw new AssertionError("told to fail");
            }
            throw new IllegalStateException("told to fail");
        }
    }
}

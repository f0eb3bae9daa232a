// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Deadlines deadlines = new Deadlines(channel.eventLoop());
    private final List<String> passed = new ArrayList<>();

    @BeforeEach
    void stopTime() {
        channel.freezeTime();
    }

    @Test
    void passesOnce() {
        add("a").after(Duration.ofSeconds(1));
        letPass(3);
        assertThat(passed).containsExactly("a");
    }

    @Test
    void doesNotPassWhenTakenBack() {
        Deadlines.Deadline deadline = add("a");
        deadline.after(Duration.ofSeconds(1));
        deadline.never();
        letPass(3);
        assertThat(passed).isEmpty();
    }

    @Test
    void laterOnesPassThoughOneIsRemovedTwice() {
        Deadlines.Deadline first = add("first");
        first.remove();
        first.remove();
        add("second").after(Duration.ofSeconds(1));
        letPass(3);
        assertThat(passed).containsExactly("second");
    }

    @Test
    void othersPassThoughOneRemovesItsNeighbours() {
        List<Deadlines.Deadline> neighbours = new ArrayList<>();
        Deadlines.Deadline remover =
                deadlines.add(() -> neighbours.forEach(Deadlines.Deadline::remove));
        neighbours.add(remover);
        neighbours.add(add("next"));
        neighbours.add(add("after next"));
        Deadlines.Deadline last = add("last");
        neighbours.forEach(deadline -> deadline.after(Duration.ofSeconds(1)));
        last.after(Duration.ofSeconds(1));
        letPass(3);
        assertThat(passed).containsExactly("last");
    }

    private Deadlines.Deadline add(String name) {
        return deadlines.add(() -> passed.add(name));
    }

    private void letPass(int seconds) {
        for (int i = 0; i < 2 * seconds; i++) {
            channel.advanceTimeBy(500, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class EmulationTest {

    private static final int MAX_BYTES = 10_000;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Integer> received = new ArrayList<>();
    private final List<CloseReason> ended = new ArrayList<>();
    private final Emulation emulation =
            new Emulation(tasks::add, piece -> received.add(piece.length), ended::add, MAX_BYTES);

    @Test
    void endsAConversationForWhichTooMuchWaits() {
        int taken = 0;
        while (taken < 100 && emulation.take(new byte[1000])) {
            taken++;
        }
        assertThat(emulation.take(new byte[1])).isFalse();

        runAll();

        assertThat(taken).isEqualTo(9);
        assertThat(received).hasSize(9);
        assertThat(ended).containsExactly(CloseReason.TOO_MANY_REQUESTS);
    }

    @Test
    void takesAnyNumberOneAfterTheOther() {
        for (int i = 0; i < 100; i++) {
            assertThat(emulation.take(new byte[1000])).isTrue();
            runAll();
        }

        assertThat(received).hasSize(100);
        assertThat(ended).isEmpty();
    }

    @Test
    void takesOnePieceThatIsLongerThanWhatMayWait() {
        assertThat(emulation.take(new byte[2 * MAX_BYTES])).isTrue();

        runAll();

        assertThat(received).containsExactly(2 * MAX_BYTES);
    }

    @Test
    void findsNobodyOnAnEventLoopThatHasEnded() {
        var dead =
                new Emulation(
                        task -> {
                            throw new RejectedExecutionException("ended");
                        },
                        piece -> received.add(piece.length),
                        ended::add,
                        MAX_BYTES);

        assertThat(dead.take(new byte[1])).isFalse();
    }

    private void runAll() {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }
}

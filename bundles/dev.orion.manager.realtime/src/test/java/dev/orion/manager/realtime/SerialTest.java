// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SerialTest {

    private static final int THREADS = 4;
    private static final int TASKS = 50_000;

    private final Serial serial = new Serial() {};

    @Test
    void runsEveryTaskOnceAndOnlyOneAtATime() throws Exception {
        var counts = new int[THREADS]; // unguarded: the serial is the guard
        var outOfOrder = new ArrayList<String>();
        var done = new CountDownLatch(THREADS * TASKS);
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < THREADS; t++) {
            int mine = t;
            threads.add(new Thread(() -> submitAll(mine, counts, outOfOrder, done)));
        }

        threads.forEach(Thread::start);

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(outOfOrder).isEmpty();
        assertThat(counts).containsOnly(TASKS);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void goesOnAfterATaskThatFails() {
        var ran = new ArrayList<String>();

        serial.submit(
                () -> {
                    serial.submit(() -> ran.add("second"));
                    ran.add("first");
                    throw new IllegalStateException("on purpose");
                });

        assertThat(ran).containsExactly("first", "second");
        assertThat(serial.tryEnter()).isTrue();
        serial.leave();
    }

    private void submitAll(int mine, int[] counts, List<String> outOfOrder, CountDownLatch done) {
        for (int i = 0; i < TASKS; i++) {
            int expected = i;
            serial.submit(
                    () -> {
                        if (counts[mine]++ != expected) {
                            outOfOrder.add(mine + ":" + expected);
                        }
                        done.countDown();
                    });
        }
    }
}

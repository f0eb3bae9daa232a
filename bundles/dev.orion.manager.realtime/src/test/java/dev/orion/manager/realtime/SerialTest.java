// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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

    @Test
    void goesOnAfterATaskThatEndsWithAnError() {
        var ran = new ArrayList<String>();
        assertThat(serial.tryEnter()).isTrue();
        serial.submit(
                () -> {
                    throw new NoClassDefFoundError("on purpose");
                });
        serial.submit(() -> ran.add("second"));

        serial.leave();

        assertThat(ran).containsExactly("second");
        assertThat(serial.tryEnter()).isTrue();
        serial.leave();
    }

    @Test
    void closesOnlyWhenNothingWaits() {
        var ran = new ArrayList<String>();
        var once = new Once();
        assertThat(once.tryEnter()).isTrue();
        once.submit(() -> ran.add("waited"));

        once.leave();

        assertThat(ran).containsExactly("waited");
        assertThat(once.isClosed).isTrue();
        assertThat(once.submit(() -> ran.add("late"))).isFalse();
        assertThat(once.tryEnter()).isFalse();
        assertThat(ran).containsExactly("waited");
    }

    @Test
    void keepsTheOrderOfEachThreadOverManyLives() throws Exception {
        var counts = new int[THREADS]; // unguarded: only one life runs tasks at a time
        var outOfOrder = new ArrayList<String>();
        var done = new CountDownLatch(THREADS * TASKS);
        var current = new AtomicReference<>(new Once());
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < THREADS; t++) {
            int mine = t;
            threads.add(
                    new Thread(
                            () -> {
                                for (int i = 0; i < TASKS; i++) {
                                    Runnable task = counting(mine, i, counts, outOfOrder, done);
                                    submitToSomeLife(current, task);
                                }
                            }));
        }

        threads.forEach(Thread::start);

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(outOfOrder).isEmpty();
        assertThat(counts).containsOnly(TASKS);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void submitToSomeLife(AtomicReference<Once> current, Runnable task) {
        Once life = current.get();
        while (!life.submit(task)) {
            current.compareAndSet(life, new Once());
            life = current.get();
        }
    }

    private static Runnable counting(
            int thread, int expected, int[] counts, List<String> outOfOrder, CountDownLatch done) {
        return () -> {
            if (counts[thread]++ != expected) {
                outOfOrder.add(thread + ":" + expected);
            }
            done.countDown();
        };
    }

    private void submitAll(int mine, int[] counts, List<String> outOfOrder, CountDownLatch done) {
        for (int i = 0; i < TASKS; i++) {
            serial.submit(counting(mine, i, counts, outOfOrder, done));
        }
    }

    /** Closes as soon as nothing is left to do. */
    private static final class Once extends Serial {
        private boolean isClosed;

        @Override
        boolean isFinished() {
            return true;
        }

        @Override
        void closed() {
            isClosed = true;
        }
    }
}

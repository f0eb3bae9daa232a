// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that touches plug-ins, so that nothing about them needs a lock. */
final class DeployThread implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.hotdeploy");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "orion-deploy"));

    DeployThread() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    void after(Duration delay, Runnable task) {
        try {
            executor.schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            log.atDebug().log("Deployment has ended");
        }
    }

    /** Calls {@code then} once {@code condition} holds, or with false when it has not in time. */
    void await(BooleanSupplier condition, Duration limit, Consumer<Boolean> then) {
        look(condition, System.nanoTime() + limit.toNanos(), then);
    }

    private void look(BooleanSupplier condition, long deadline, Consumer<Boolean> then) {
        boolean holds = condition.getAsBoolean();
        if (holds || System.nanoTime() - deadline >= 0) {
            then.accept(holds);
        } else {
            after(BETWEEN_LOOKS, () -> look(condition, deadline, then));
        }
    }

    /** Lets the task that runs come to its end; those that wait are dropped. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException broken) { // the next file must not suffer
            log.atError().setCause(broken).log("Deployment step failed");
        }
    }
}

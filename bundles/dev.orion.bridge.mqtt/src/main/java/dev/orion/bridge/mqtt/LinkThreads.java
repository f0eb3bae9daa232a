// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;

/**
 * The threads of one Paho client, which end with its link: one that reads, one that writes, one for
 * callbacks, and one that connects and then pings.
 *
 * <p>Paho's own would end silently when something is wrong with what they read, and leave a
 * connection that nobody reads.
 */
final class LinkThreads extends ScheduledThreadPoolExecutor {

    private static final int MOST = 4;

    private final Consumer<String> onFailure;

    /**
     * @param onFailure is told why one of them has failed, on that thread
     */
    LinkThreads(String bridge, Consumer<String> onFailure) {
        super(
                MOST,
                task -> {
                    var thread = new Thread(task, "orion-bridge-" + bridge + "-link");
                    thread.setDaemon(true);
                    return thread;
                });
        this.onFailure = onFailure;
        setRemoveOnCancelPolicy(true);
    }

    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
        super.afterExecute(task, thrown);
        Throwable failure = thrown == null ? failure(task) : thrown;
        if (failure != null && !isShutdown()) {
            onFailure.accept(failure.toString());
        }
    }

    private static Throwable failure(Runnable task) {
        if (!(task instanceof Future<?> future) || !future.isDone()) {
            return null;
        }
        try {
            future.get();
            return null;
        } catch (CancellationException ended) {
            return null;
        } catch (ExecutionException failed) {
            return failed.getCause();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}

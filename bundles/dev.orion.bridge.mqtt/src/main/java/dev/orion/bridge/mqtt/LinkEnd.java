// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The end of a link, which comes once, from whatever thread: who waits for an answer is told so.
 *
 * <p><b>Threads:</b> any.
 */
final class LinkEnd {

    /** How long a goodbye may take. */
    static final long GOODBYE_MS = 1000;

    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    private final CompletableFuture<String> over = new CompletableFuture<>();

    /**
     * @param onEnd is told why, once
     */
    LinkEnd(Consumer<String> onEnd) {
        over.thenAccept(onEnd);
    }

    /** It is over; only the first reason counts. */
    void abort(String reason) {
        over.complete(reason);
    }

    boolean isOver() {
        return over.isDone();
    }

    /** Gives others a moment. */
    void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /**
     * Waits for an answer.
     *
     * @throws LinkException when it is a failure, the link ends or time is up
     */
    <T> T await(CompletableFuture<T> answer, Duration timeout) throws LinkException {
        try {
            CompletableFuture.anyOf(answer, over).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.isDone()) {
                return answer.get();
            }
            throw new LinkException(over.join());
        } catch (ExecutionException failed) {
            throw new LinkException(
                    Optional.ofNullable(failed.getCause()).map(Reasons::of).orElse("failed"));
        } catch (TimeoutException late) {
            throw new LinkException("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LinkException("interrupted");
        }
    }
}

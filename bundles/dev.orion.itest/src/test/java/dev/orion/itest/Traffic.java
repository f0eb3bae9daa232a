// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody on TCP who publishes numbers without a break, and somebody on WebSocket who listens:
 * neither must notice what happens to others.
 */
final class Traffic implements AutoCloseable {

    private static final String CHANNEL = "steady/numbers";

    private final LineClient publisher;
    private final WebSocketClient subscriber;
    private final Thread talking;
    private final Thread listening;
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicReference<Throwable> wrong = new AtomicReference<>();
    private volatile boolean ends;

    Traffic(int httpPort, int tcpPort) throws Exception {
        subscriber = WebSocketClient.subscribed(httpPort, CHANNEL);
        publisher = new LineClient(tcpPort);
        publisher.ask("{\"id\":1,\"connect\":{}}");
        talking = start("traffic-talks", this::talk);
        listening = start("traffic-listens", this::listen);
    }

    /** Ends the traffic: everything that was published has been received, in order, once. */
    void checkThatNothingWasNoticed() throws Exception {
        int soFar = published.get();
        Await.until("traffic goes on", Duration.ofSeconds(5), () -> received.get() > soFar + 20);
        ends = true;
        talking.join(10_000);
        Await.until(
                "everything has arrived",
                Duration.ofSeconds(5),
                () -> wrong.get() != null || received.get() == published.get());
        assertThat(wrong.get()).isNull();
        assertThat(subscriber.isOpen()).isTrue();
    }

    @Override
    public void close() throws IOException {
        ends = true;
        publisher.close();
        subscriber.close();
        listening.interrupt();
    }

    private void talk() throws Exception {
        while (!ends) {
            int n = published.get();
            String answer =
                    publisher.ask(
                            "{\"id\":7,\"publish\":{\"channel\":\""
                                    + CHANNEL
                                    + "\",\"data\":"
                                    + n
                                    + "}}");
            assertThat(answer).isEqualTo("{\"id\":7,\"publish\":{}}");
            published.incrementAndGet();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void listen() throws Exception {
        while (!Thread.currentThread().isInterrupted()) {
            String push = subscriber.hear();
            assertThat(push).contains("\"data\":" + received.get() + ",");
            received.incrementAndGet();
        }
    }

    private Thread start(String name, Work work) {
        var thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (Exception | AssertionError failed) {
                                if (!ends) {
                                    wrong.compareAndSet(null, failed);
                                }
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private interface Work {
        void run() throws Exception;
    }
}

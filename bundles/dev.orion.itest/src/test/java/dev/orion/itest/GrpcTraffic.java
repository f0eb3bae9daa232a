// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls without a break, to Orion itself and along a route: each ends well, or with {@code
 * UNAVAILABLE} where that is allowed; none hangs.
 */
final class GrpcTraffic implements AutoCloseable {

    private static final String SERVICE = "test.Echo";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ManagedChannel channel;
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger echoed = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicReference<Throwable> wrong = new AtomicReference<>();
    private volatile boolean ends;

    GrpcTraffic(int port) {
        channel = Grpc.plaintext(port);
        start("grpc-publishes", published, this::publish);
        start("grpc-echoes", echoed, this::echo);
    }

    private void publish() {
        Grpc.call(channel, Grpc.PUBLISH, Grpc.json("steady/grpc", "1"));
    }

    private void echo() {
        StringValue text = StringValue.of("hello");
        assertThat(Grpc.call(channel, Grpc.echo(SERVICE), text)).isEqualTo(text);
    }

    /** How many calls have ended with {@code UNAVAILABLE}. */
    int unavailable() {
        return unavailable.get();
    }

    /** Returns when both kinds of calls have gone on for a while. */
    void awaitProgress(String when) {
        int calls = published.get();
        int along = echoed.get();
        Await.until(
                "gRPC traffic goes on " + when + "; " + wrong.get(),
                SOON,
                () -> {
                    assertThat(wrong.get()).isNull();
                    return published.get() > calls + 20 && echoed.get() > along + 20;
                });
    }

    /** A call along the route that lasts until somebody ends it. */
    Chat chat() throws InterruptedException {
        var chat = new Chat();
        chat.say =
                ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(Grpc.chat(SERVICE), CallOptions.DEFAULT), chat);
        chat.exchange("first");
        return chat;
    }

    @Override
    public void close() {
        ends = true;
        channel.shutdownNow();
    }

    private void start(String name, AtomicInteger done, Runnable call) {
        var thread =
                new Thread(
                        () -> {
                            while (!ends) {
                                attempt(done, call);
                                LockSupport.parkNanos(1_000_000);
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
    }

    private void attempt(AtomicInteger done, Runnable call) {
        try {
            call.run();
            done.incrementAndGet();
        } catch (StatusRuntimeException failed) {
            if (failed.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                unavailable.incrementAndGet();
            } else if (!ends) {
                wrong.compareAndSet(null, failed);
            }
        } catch (AssertionError other) {
            wrong.compareAndSet(null, other);
        }
    }

    /** A call that says what it is told and hears it back. */
    static final class Chat implements StreamObserver<StringValue> {

        final CompletableFuture<Status> ended = new CompletableFuture<>();
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private StreamObserver<StringValue> say;

        void exchange(String text) throws InterruptedException {
            say.onNext(StringValue.of(text));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(text);
        }

        /** How it ends when its caller has no more to say. */
        Status finish() throws Exception {
            say.onCompleted();
            return ended.get(10, TimeUnit.SECONDS);
        }

        @Override
        public void onNext(StringValue text) {
            heard.add(text.getValue());
        }

        @Override
        public void onError(Throwable failure) {
            ended.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            ended.complete(Status.OK);
        }
    }
}

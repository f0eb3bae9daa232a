// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * gRPC clients that subscribe and do not read, at an Orion with less memory than is published: the
 * channel's policy holds for them, and others get everything.
 */
class SlowGrpcIT {

    private static final int MESSAGES = 1_500;
    private static final String MUCH = "x".repeat(50_000); // 75 MB in all
    private static final int WINDOW = 65_535;

    @TempDir static Path home;

    private static OrionProcess orion;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                home.resolve("conf/orion.json"),
                """
                {
                  "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080" },
                  "dev.orion.listener~tcp": { "uri": "tcp://127.0.0.1:7000" },
                  "dev.orion.listener~grpc": { "uri": "grpc://127.0.0.1:9090" },
                  "dev.orion.channel~cut": { "pattern": "cut" },
                  "dev.orion.channel~drop": { "pattern": "drop-oldest", "slow": "drop-oldest" },
                  "dev.orion.channel~latest": { "pattern": "latest", "slow": "latest" }
                }
                """);
        orion =
                OrionProcess.startWith(
                        "-Xmx64m -XX:MaxDirectMemorySize=48m"
                                + " -Dio.netty.leakDetection.level=paranoid",
                        home);
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(orion.terminate()).as(orion.output()).isZero();
        assertThat(orion.output()).doesNotContain("LEAK").doesNotContain("OutOfMemory");
    }

    @Test
    void whoDoesNotReadIsCutAndOthersHearEverything() throws Exception {
        List<Slow> slow = slow("cut");
        publish("cut");

        for (Slow one : slow) {
            one.read();
            assertThat(one.ended.get(10, TimeUnit.SECONDS).getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            List<Integer> heard = new ArrayList<>(one.heard);
            assertThat(heard).hasSizeLessThan(MESSAGES);
            for (int i = 0; i < heard.size(); i++) {
                assertThat(heard.get(i)).isEqualTo(i); // nothing is missing before the end
            }
            one.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop-oldest", "latest"})
    void whoDoesNotReadMissesSomeAndHearsTheNewest(String channel) throws Exception {
        List<Slow> slow = slow(channel);
        publish(channel);

        for (Slow one : slow) {
            one.read();
            int last = -1;
            int count = 0;
            while (last < MESSAGES - 1) {
                int next = one.next();
                assertThat(next).isGreaterThan(last);
                last = next;
                count++;
            }
            assertThat(count).isLessThan(MESSAGES);
            assertThat(one.ended).isNotDone();
            one.close();
        }
    }

    private static List<Slow> slow(String channel) throws Exception {
        List<Slow> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slow.add(new Slow(channel));
        }
        return slow;
    }

    /** Publishes more than fits into memory; who reads hears all of it. */
    private static void publish(String channel) throws Exception {
        ManagedChannel quick = Grpc.plaintext(orion.grpcPort());
        try (var web = WebSocketClient.subscribed(orion.httpPort(), channel);
                var publisher = new LineClient(orion.tcpPort())) {
            Iterator<SubscribeResponse> heard =
                    ClientCalls.blockingServerStreamingCall(
                            quick,
                            Grpc.SUBSCRIBE,
                            CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.MINUTES),
                            request(channel));
            assertThat(heard.next().hasSubscribed()).isTrue();
            publisher.ask("{\"id\":1,\"connect\":{}}");
            for (int i = 0; i < MESSAGES; i++) {
                publisher.ask(
                        "{\"id\":3,\"publish\":{\"channel\":\"%s\",\"data\":\"%d-%s\"}}"
                                .formatted(channel, i, MUCH));
                assertThat(web.hear()).contains("\"" + i + "-x");
                assertThat(number(heard.next())).isEqualTo(i);
            }
        } finally {
            quick.shutdownNow();
        }
    }

    private static SubscribeRequest request(String channel) {
        return SubscribeRequest.newBuilder().setChannel(channel).build();
    }

    private static int number(SubscribeResponse response) {
        String json = response.getMessage().getPayload().getJson();
        return Integer.parseInt(json.substring(1, json.indexOf('-')));
    }

    /** Subscribes over a connection of its own, and reads no message until it is told to. */
    private static final class Slow extends ClientCall.Listener<SubscribeResponse>
            implements AutoCloseable {

        final CompletableFuture<Status> ended = new CompletableFuture<>();
        final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
        private final ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", orion.grpcPort())
                        .usePlaintext()
                        .flowControlWindow(WINDOW)
                        .build();
        private final ClientCall<SubscribeRequest, SubscribeResponse> call =
                channel.newCall(Grpc.SUBSCRIBE, CallOptions.DEFAULT);

        Slow(String name) throws Exception {
            call.start(this, new Metadata());
            call.sendMessage(SlowGrpcIT.request(name));
            call.halfClose();
            call.request(1);
            subscribed.get(10, TimeUnit.SECONDS);
        }

        void read() {
            call.request(Integer.MAX_VALUE);
        }

        int next() throws InterruptedException {
            Integer next = heard.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("the next message; ended: " + ended.getNow(null)).isNotNull();
            return next;
        }

        @Override
        public void onMessage(SubscribeResponse message) {
            if (message.hasSubscribed()) {
                subscribed.complete(null);
            } else {
                heard.add(number(message));
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }
}

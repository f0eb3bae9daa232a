// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import dev.orion.v1.RealtimeProto.Position;
import dev.orion.v1.RealtimeProto.PublishResponse;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** grpc-java against a running Orion, beside clients of other protocols. */
class GrpcIT {

    @TempDir static Path home;

    private static Server backEnd;
    private static OrionProcess orion;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws Exception {
        backEnd =
                NettyServerBuilder.forPort(0).addService(Grpc.service("test.Echo")).build().start();
        orion =
                OrionProcess.start(
                        home,
                        "--set",
                        "dev.orion.route~echo:match=grpc:/test.Echo/*",
                        "--set",
                        "dev.orion.route~echo:to=grpc://127.0.0.1:" + backEnd.getPort());
        channel = Grpc.plaintext(orion.grpcPort());
    }

    @AfterAll
    static void stop() throws Exception {
        channel.shutdownNow();
        assertThat(orion.terminate()).as(orion.output()).isZero();
        backEnd.shutdownNow();
    }

    @Test
    void whatIsPublishedArrivesAtWebSocketAndMqtt() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (var web = WebSocketClient.subscribed(orion.httpPort(), "chat/grpc");
                var mqtt =
                        new MqttClient(
                                "tcp://127.0.0.1:" + orion.mqttPort(),
                                "grpc-it",
                                new MemoryPersistence())) {
            mqtt.connect();
            mqtt.subscribe("chat/grpc", (topic, message) -> heard.add(message.toString()));

            PublishResponse answer =
                    Grpc.call(channel, Grpc.PUBLISH, Grpc.json("chat/grpc", "{\"text\":\"hi\"}"));

            assertThat(answer.getPosition().getOffset()).isEqualTo(1);
            assertThat(web.hear()).contains("\"data\":{\"text\":\"hi\"}");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("{\"text\":\"hi\"}");
            mqtt.disconnect();
        }
    }

    @Test
    void whatOthersPublishArrivesAtASubscriptionWhichGoesOnAfterABreak() throws Exception {
        Position seen;
        try (var web = WebSocketClient.subscribed(orion.httpPort(), "chat/back")) {
            Iterator<SubscribeResponse> heard = subscribe(request().build());
            assertThat(heard.next().getSubscribed().getRecoverable()).isTrue();
            web.say("{\"id\":3,\"publish\":{\"channel\":\"chat/back\",\"data\":{\"n\":1}}}");
            var first = heard.next().getMessage();
            assertThat(first.getPayload().getJson()).isEqualTo("{\"n\":1}");
            assertThat(first.getOrigin().getTransport()).isEqualTo("websocket");
            seen = first.getPosition();
        }
        try (var mqtt =
                new MqttClient(
                        "tcp://127.0.0.1:" + orion.mqttPort(),
                        "grpc-it-back",
                        new MemoryPersistence())) {
            mqtt.connect();
            mqtt.publish("chat/back", new byte[] {0, -1}, 1, false);
            mqtt.disconnect();
        }

        Iterator<SubscribeResponse> again = subscribe(request().setRecoverFrom(seen).build());
        assertThat(again.next().getSubscribed().getRecovered()).isTrue();
        var missed = again.next().getMessage();
        assertThat(missed.getPayload().getBinary().toByteArray()).containsExactly(0, -1);
        assertThat(missed.getOrigin().getTransport()).isEqualTo("mqtt");
    }

    private static SubscribeRequest.Builder request() {
        return SubscribeRequest.newBuilder().setChannel("chat/back");
    }

    private static Iterator<SubscribeResponse> subscribe(SubscribeRequest request) {
        return ClientCalls.blockingServerStreamingCall(
                channel, Grpc.SUBSCRIBE, Grpc.in10Seconds(), request);
    }

    @Test
    void otherCallsGoAlongTheirRoute() throws Exception {
        assertThat(Grpc.call(channel, Grpc.echo("test.Echo"), StringValue.of("hello")).getValue())
                .isEqualTo("hello");
        assertThat(orion.exec("routes").out()).contains("grpc:/test.Echo/*");
    }

    @Test
    void healthIsTold() {
        var health = HealthGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);

        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }
}

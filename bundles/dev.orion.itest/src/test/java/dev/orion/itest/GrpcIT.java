// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import dev.orion.v1.RealtimeProto.Payload;
import dev.orion.v1.RealtimeProto.Position;
import dev.orion.v1.RealtimeProto.Publication;
import dev.orion.v1.RealtimeProto.PublishRequest;
import dev.orion.v1.RealtimeProto.PublishResponse;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
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

    private static final MethodDescriptor<PublishRequest, PublishResponse> PUBLISH =
            method(
                    "orion.v1.Realtime/Publish",
                    MethodType.UNARY,
                    PublishRequest.getDefaultInstance(),
                    PublishResponse.getDefaultInstance());
    private static final MethodDescriptor<SubscribeRequest, SubscribeResponse> SUBSCRIBE =
            method(
                    "orion.v1.Realtime/Subscribe",
                    MethodType.SERVER_STREAMING,
                    SubscribeRequest.getDefaultInstance(),
                    SubscribeResponse.getDefaultInstance());
    private static final MethodDescriptor<StringValue, StringValue> ECHO =
            method(
                    "test.Echo/Echo",
                    MethodType.UNARY,
                    StringValue.getDefaultInstance(),
                    StringValue.getDefaultInstance());

    @TempDir static Path home;

    private static Server backEnd;
    private static OrionProcess orion;
    private static ManagedChannel channel;

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            String name, MethodType type, Q request, A response) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setFullMethodName(name)
                .setType(type)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }

    @BeforeAll
    static void start() throws Exception {
        var echo =
                ServerServiceDefinition.builder("test.Echo")
                        .addMethod(ECHO, ServerCalls.asyncUnaryCall(GrpcIT::echo))
                        .build();
        backEnd = NettyServerBuilder.forPort(0).addService(echo).build().start();
        orion =
                OrionProcess.start(
                        home,
                        "--set",
                        "dev.orion.route~echo:match=grpc:/test.Echo/*",
                        "--set",
                        "dev.orion.route~echo:to=grpc://127.0.0.1:" + backEnd.getPort());
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", orion.grpcPort())
                        .usePlaintext()
                        .build();
    }

    private static void echo(StringValue question, StreamObserver<StringValue> answer) {
        answer.onNext(question);
        answer.onCompleted();
    }

    @AfterAll
    static void stop() throws Exception {
        channel.shutdownNow();
        assertThat(orion.terminate()).as(orion.output()).isZero();
        backEnd.shutdownNow();
    }

    private static <Q, A> A call(MethodDescriptor<Q, A> method, Q request) {
        return ClientCalls.blockingUnaryCall(channel, method, in10Seconds(), request);
    }

    private static CallOptions in10Seconds() {
        return CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static PublishRequest json(String name, String json) {
        return PublishRequest.newBuilder()
                .setChannel(name)
                .setPublication(
                        Publication.newBuilder().setPayload(Payload.newBuilder().setJson(json)))
                .build();
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

            PublishResponse answer = call(PUBLISH, json("chat/grpc", "{\"text\":\"hi\"}"));

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
        return ClientCalls.blockingServerStreamingCall(channel, SUBSCRIBE, in10Seconds(), request);
    }

    @Test
    void otherCallsGoAlongTheirRoute() throws Exception {
        assertThat(call(ECHO, StringValue.of("hello")).getValue()).isEqualTo("hello");
        assertThat(orion.exec("routes").out()).contains("grpc:/test.Echo/*");
    }

    @Test
    void healthIsTold() {
        var health = HealthGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);

        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }
}

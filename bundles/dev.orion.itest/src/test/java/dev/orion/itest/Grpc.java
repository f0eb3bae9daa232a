// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import dev.orion.v1.RealtimeProto.Payload;
import dev.orion.v1.RealtimeProto.Publication;
import dev.orion.v1.RealtimeProto.PublishRequest;
import dev.orion.v1.RealtimeProto.PublishResponse;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;

/** What tests call with grpc-java, and a back end that Orion knows nothing of. */
final class Grpc {

    static final MethodDescriptor<PublishRequest, PublishResponse> PUBLISH =
            method(
                    "orion.v1.Realtime/Publish",
                    MethodType.UNARY,
                    PublishRequest.getDefaultInstance(),
                    PublishResponse.getDefaultInstance());
    static final MethodDescriptor<SubscribeRequest, SubscribeResponse> SUBSCRIBE =
            method(
                    "orion.v1.Realtime/Subscribe",
                    MethodType.SERVER_STREAMING,
                    SubscribeRequest.getDefaultInstance(),
                    SubscribeResponse.getDefaultInstance());

    private Grpc() {}

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            String name, MethodType type, Q request, A response) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setFullMethodName(name)
                .setType(type)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }

    /** Of the back end's: one question, one answer. */
    static MethodDescriptor<StringValue, StringValue> echo(String service) {
        return text(service + "/Echo", MethodType.UNARY);
    }

    /** Of the back end's: an answer for each question. */
    static MethodDescriptor<StringValue, StringValue> chat(String service) {
        return text(service + "/Chat", MethodType.BIDI_STREAMING);
    }

    private static MethodDescriptor<StringValue, StringValue> text(String name, MethodType type) {
        return method(
                name, type, StringValue.getDefaultInstance(), StringValue.getDefaultInstance());
    }

    /** A back end's service that says whatever it is told. */
    static ServerServiceDefinition service(String name) {
        return ServerServiceDefinition.builder(name)
                .addMethod(echo(name), ServerCalls.asyncUnaryCall(Grpc::echo))
                .addMethod(chat(name), ServerCalls.asyncBidiStreamingCall(Back::new))
                .build();
    }

    private static void echo(StringValue question, StreamObserver<StringValue> answer) {
        answer.onNext(question);
        answer.onCompleted();
    }

    static ManagedChannel plaintext(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    static CallOptions in10Seconds() {
        return CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    static <Q, A> A call(ManagedChannel channel, MethodDescriptor<Q, A> method, Q request) {
        return ClientCalls.blockingUnaryCall(channel, method, in10Seconds(), request);
    }

    static PublishRequest json(String channel, String json) {
        return PublishRequest.newBuilder()
                .setChannel(channel)
                .setPublication(
                        Publication.newBuilder().setPayload(Payload.newBuilder().setJson(json)))
                .build();
    }

    /** Answers each message with itself. */
    private record Back(StreamObserver<StringValue> answers)
            implements StreamObserver<StringValue> {

        @Override
        public void onNext(StringValue message) {
            answers.onNext(message);
        }

        @Override
        public void onError(Throwable gone) {
            // by the caller, who wants no answer
        }

        @Override
        public void onCompleted() {
            answers.onCompleted();
        }
    }
}

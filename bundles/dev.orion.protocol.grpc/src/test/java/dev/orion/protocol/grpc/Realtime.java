// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import com.google.protobuf.Message;
import dev.orion.v1.RealtimeProto.BroadcastRequest;
import dev.orion.v1.RealtimeProto.BroadcastResponse;
import dev.orion.v1.RealtimeProto.ConnectRequest;
import dev.orion.v1.RealtimeProto.ConnectResponse;
import dev.orion.v1.RealtimeProto.HistoryRequest;
import dev.orion.v1.RealtimeProto.HistoryResponse;
import dev.orion.v1.RealtimeProto.PresenceRequest;
import dev.orion.v1.RealtimeProto.PresenceResponse;
import dev.orion.v1.RealtimeProto.PublishRequest;
import dev.orion.v1.RealtimeProto.PublishResponse;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** grpc-java as a client of {@code orion.v1.Realtime}. */
final class Realtime implements AutoCloseable {

    static final MethodDescriptor<PublishRequest, PublishResponse> PUBLISH =
            method(
                    "Publish",
                    MethodType.UNARY,
                    PublishRequest.getDefaultInstance(),
                    PublishResponse.getDefaultInstance());
    static final MethodDescriptor<BroadcastRequest, BroadcastResponse> BROADCAST =
            method(
                    "Broadcast",
                    MethodType.UNARY,
                    BroadcastRequest.getDefaultInstance(),
                    BroadcastResponse.getDefaultInstance());
    static final MethodDescriptor<PresenceRequest, PresenceResponse> PRESENCE =
            method(
                    "Presence",
                    MethodType.UNARY,
                    PresenceRequest.getDefaultInstance(),
                    PresenceResponse.getDefaultInstance());
    static final MethodDescriptor<HistoryRequest, HistoryResponse> HISTORY =
            method(
                    "History",
                    MethodType.UNARY,
                    HistoryRequest.getDefaultInstance(),
                    HistoryResponse.getDefaultInstance());
    static final MethodDescriptor<SubscribeRequest, SubscribeResponse> SUBSCRIBE =
            method(
                    "Subscribe",
                    MethodType.SERVER_STREAMING,
                    SubscribeRequest.getDefaultInstance(),
                    SubscribeResponse.getDefaultInstance());
    static final MethodDescriptor<ConnectRequest, ConnectResponse> CONNECT =
            method(
                    "Connect",
                    MethodType.BIDI_STREAMING,
                    ConnectRequest.getDefaultInstance(),
                    ConnectResponse.getDefaultInstance());

    final ManagedChannel channel;

    Realtime(int port) {
        this(port, "");
    }

    Realtime(int port, String key) {
        var builder = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext();
        if (!key.isEmpty()) {
            var metadata = new Metadata();
            metadata.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), key);
            builder.intercept(MetadataUtils.newAttachHeadersInterceptor(metadata));
        }
        channel = builder.build();
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            String name, MethodType type, Q request, A response) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setFullMethodName("orion.v1.Realtime/" + name)
                .setType(type)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }

    <Q, A> A call(MethodDescriptor<Q, A> method, Q request) {
        return ClientCalls.blockingUnaryCall(
                channel,
                method,
                CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                request);
    }

    Heard<SubscribeRequest, SubscribeResponse> subscribe(SubscribeRequest request) {
        var heard = new Heard<SubscribeRequest, SubscribeResponse>();
        ClientCalls.asyncServerStreamingCall(
                channel.newCall(SUBSCRIBE, CallOptions.DEFAULT), request, heard);
        return heard;
    }

    Heard<ConnectRequest, ConnectResponse> connect() {
        var heard = new Heard<ConnectRequest, ConnectResponse>();
        heard.commands =
                ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(CONNECT, CallOptions.DEFAULT), heard);
        return heard;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** What a stream brings: messages, and at last a {@link io.grpc.Status}. */
    static final class Heard<Q, A> implements ClientResponseObserver<Q, A> {

        private final LinkedBlockingQueue<Object> all = new LinkedBlockingQueue<>();
        StreamObserver<Q> commands;
        private ClientCallStreamObserver<Q> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> started) {
            call = started;
        }

        void cancel() {
            call.cancel("enough", null);
        }

        @Override
        public void onNext(A message) {
            all.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            all.add(io.grpc.Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            all.add(io.grpc.Status.OK);
        }

        @SuppressWarnings("unchecked") // the stream brings nothing else
        A next() throws InterruptedException {
            return (A) poll();
        }

        io.grpc.Status status() throws InterruptedException {
            return (io.grpc.Status) poll();
        }

        private Object poll() throws InterruptedException {
            Object one = all.poll(10, TimeUnit.SECONDS);
            if (one == null) {
                throw new AssertionError("nothing has come");
            }
            return one;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Health and reflection, with grpc-java's generated stubs as clients such as grpcurl use them. */
class StandardServicesTest {

    private final GrpcServer server = new GrpcServer();
    private final ManagedChannel channel =
            OkHttpChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    private static HealthCheckRequest service(String name) {
        return HealthCheckRequest.newBuilder().setService(name).build();
    }

    @Test
    void healthChecksEveryServiceAndTheServer() {
        var health = HealthGrpc.newBlockingStub(channel);

        assertThat(health.check(service("")).getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(health.check(service("orion.v1.Realtime")).getStatus())
                .isEqualTo(ServingStatus.SERVING);
        assertThatThrownBy(() -> health.check(service("no.Body")))
                .hasMessageStartingWith("NOT_FOUND");
    }

    @Test
    void healthWatchesUntilTheServerGoes() throws Exception {
        var heard = new Realtime.Heard<HealthCheckRequest, HealthCheckResponse>();
        HealthGrpc.newStub(channel).watch(service("orion.v1.Realtime"), heard);
        assertThat(heard.next().getStatus()).isEqualTo(ServingStatus.SERVING);

        server.goAway();

        assertThat(heard.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(heard.status().getCode()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
    }

    @Test
    void healthWatchesAServiceThatIsNotThere() throws Exception {
        var heard = new Realtime.Heard<HealthCheckRequest, HealthCheckResponse>();
        HealthGrpc.newStub(channel).watch(service("no.Body"), heard);

        assertThat(heard.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }

    @Test
    void reflectionTellsEnoughToCallEveryMethod() throws Exception {
        var heard = new Realtime.Heard<ServerReflectionRequest, ServerReflectionResponse>();
        var asked = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(heard);

        asked.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        List<String> services =
                heard.next().getListServicesResponse().getServiceList().stream()
                        .map(service -> service.getName())
                        .toList();
        assertThat(services)
                .containsExactly(
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection",
                        "orion.v1.Realtime");

        for (String service : services) {
            asked.onNext(
                    ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build());
            FileDescriptor file = file(heard.next());
            String name = service.substring(service.lastIndexOf('.') + 1);
            assertThat(file.findServiceByName(name).getFullName()).isEqualTo(service);
            asked.onNext(
                    ServerReflectionRequest.newBuilder().setFileByFilename(file.getName()).build());
            assertThat(file(heard.next()).toProto()).isEqualTo(file.toProto());
        }

        asked.onNext(
                ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol("orion.v1.Realtime.Publish")
                        .build());
        assertThat(file(heard.next()).getPackage()).isEqualTo("orion.v1");
        asked.onNext(
                ServerReflectionRequest.newBuilder().setFileContainingSymbol("no.Body").build());
        assertThat(heard.next().getErrorResponse().getErrorCode()).isEqualTo(5);
        asked.onCompleted();
        assertThat(heard.status().isOk()).isTrue();
    }

    private static FileDescriptor file(ServerReflectionResponse answer) throws Exception {
        var wire =
                FileDescriptorProto.parseFrom(
                        answer.getFileDescriptorResponse().getFileDescriptorProto(0));
        return FileDescriptor.buildFrom(wire, new FileDescriptor[0]);
    }

    @Test
    void theOlderReflectionAnswersTheSame() throws Exception {
        var heard =
                new Realtime.Heard<
                        io.grpc.reflection.v1alpha.ServerReflectionRequest,
                        io.grpc.reflection.v1alpha.ServerReflectionResponse>();
        var asked =
                io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)
                        .serverReflectionInfo(heard);

        asked.onNext(
                io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                        .setListServices("*")
                        .build());

        assertThat(heard.next().getListServicesResponse().getServiceCount()).isEqualTo(4);
        asked.onCompleted();
    }
}

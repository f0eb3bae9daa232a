// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.TextFormat;
import dev.orion.protocol.grpc.standard.HealthProto;
import dev.orion.protocol.grpc.standard.ReflectionProto;
import dev.orion.protocol.grpc.standard.ReflectionProto.ErrorResponse;
import dev.orion.protocol.grpc.standard.ReflectionProto.ExtensionNumberResponse;
import dev.orion.protocol.grpc.standard.ReflectionProto.FileDescriptorResponse;
import dev.orion.protocol.grpc.standard.ReflectionProto.ListServiceResponse;
import dev.orion.protocol.grpc.standard.ReflectionProto.ServerReflectionRequest;
import dev.orion.protocol.grpc.standard.ReflectionProto.ServerReflectionResponse;
import dev.orion.protocol.grpc.standard.ReflectionProto.ServiceResponse;
import dev.orion.v1.RealtimeProto;
import java.util.HashMap;
import java.util.Map;

/**
 * The standard reflection service (gRPC, doc/server-reflection.md): what the services here look
 * like. Those behind routes are nobody's knowledge.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class ReflectionCalls implements Method.Answering {

    private final ServerCall call;

    ReflectionCalls(ServerCall call) {
        this.call = call;
    }

    @Override
    public void message(byte[] message) {
        call.write(answer(Unary.parse(ServerReflectionRequest.parser(), message)));
    }

    @Override
    public void end() {
        call.end(Status.OK);
    }

    @Override
    public void goAway() {
        call.end(Status.SHUTDOWN);
    }

    static ServerReflectionResponse answer(ServerReflectionRequest request) {
        var response =
                ServerReflectionResponse.newBuilder()
                        .setValidHost(request.getHost())
                        .setOriginalRequest(request);
        switch (request.getMessageRequestCase()) {
            case LIST_SERVICES -> response.setListServicesResponse(services());
            case FILE_BY_FILENAME -> file(response, Known.FILES.get(request.getFileByFilename()));
            case FILE_CONTAINING_SYMBOL ->
                    file(response, Known.SYMBOLS.get(request.getFileContainingSymbol()));
            case FILE_CONTAINING_EXTENSION -> file(response, null);
            case ALL_EXTENSION_NUMBERS_OF_TYPE ->
                    extensions(response, request.getAllExtensionNumbersOfType());
            case MESSAGEREQUEST_NOT_SET ->
                    error(response, Code.INVALID_ARGUMENT, "unknown request");
        }
        return response.build();
    }

    private static ListServiceResponse services() {
        var services = ListServiceResponse.newBuilder();
        Methods.services()
                .forEach(name -> services.addService(ServiceResponse.newBuilder().setName(name)));
        return services.build();
    }

    private static void file(ServerReflectionResponse.Builder response, FileDescriptorProto file) {
        if (file == null) {
            error(response, Code.NOT_FOUND, "not found");
            return;
        }
        response.setFileDescriptorResponse(
                FileDescriptorResponse.newBuilder().addFileDescriptorProto(file.toByteString()));
    }

    private static void extensions(ServerReflectionResponse.Builder response, String type) {
        if (Known.SYMBOLS.containsKey(type)) {
            response.setAllExtensionNumbersResponse(
                    ExtensionNumberResponse.newBuilder().setBaseTypeName(type));
        } else {
            error(response, Code.NOT_FOUND, "not found");
        }
    }

    private static void error(ServerReflectionResponse.Builder response, Code code, String text) {
        response.setErrorResponse(
                ErrorResponse.newBuilder().setErrorCode(code.number()).setErrorMessage(text));
    }

    /** The files, by their names and by what is in them; made when somebody asks. */
    private static final class Known {

        static final Map<String, FileDescriptorProto> FILES = new HashMap<>();
        static final Map<String, FileDescriptorProto> SYMBOLS = new HashMap<>();

        static {
            add(RealtimeProto.getDescriptor(), RealtimeProto.getDescriptor().toProto());
            add(HealthProto.getDescriptor(), HealthProto.getDescriptor().toProto());
            FileDescriptor reflection = ReflectionProto.getDescriptor();
            add(reflection, reflection.toProto());
            addRenamed(reflection);
        }

        private static void add(FileDescriptor file, FileDescriptorProto wire) {
            FILES.put(wire.getName(), wire);
            String prefix = wire.getPackage();
            for (ServiceDescriptor service : file.getServices()) {
                String name = prefix + "." + service.getName();
                SYMBOLS.put(name, wire);
                service.getMethods()
                        .forEach(method -> SYMBOLS.put(name + "." + method.getName(), wire));
            }
            file.getMessageTypes().forEach(message -> add(prefix, message, wire));
        }

        private static void add(String prefix, Descriptor message, FileDescriptorProto wire) {
            String name = prefix + "." + message.getName();
            SYMBOLS.put(name, wire);
            message.getEnumTypes().forEach(type -> SYMBOLS.put(name + "." + type.getName(), wire));
            message.getNestedTypes().forEach(nested -> add(name, nested, wire));
        }

        /** The same file in the package of the older version. */
        private static void addRenamed(FileDescriptor file) {
            String text =
                    file.toProto()
                            .toString()
                            .replace("grpc.reflection.v1", "grpc.reflection.v1alpha")
                            .replace("grpc/reflection/v1/", "grpc/reflection/v1alpha/");
            var renamed = FileDescriptorProto.newBuilder();
            try {
                TextFormat.merge(text, renamed);
            } catch (TextFormat.ParseException bug) {
                throw new IllegalStateException("the text of a file is not one", bug);
            }
            add(file, renamed.build());
        }
    }
}

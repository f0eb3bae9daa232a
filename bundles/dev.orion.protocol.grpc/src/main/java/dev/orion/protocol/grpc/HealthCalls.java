// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.protocol.grpc.standard.HealthProto.HealthCheckRequest;
import dev.orion.protocol.grpc.standard.HealthProto.HealthCheckResponse;
import dev.orion.protocol.grpc.standard.HealthProto.HealthCheckResponse.ServingStatus;

/** The standard health service (gRPC, doc/health-checking.md). */
final class HealthCalls {

    private HealthCalls() {}

    static void check(ServerCall call, HealthCheckRequest request) {
        if (!Methods.hasService(request.getService())) {
            throw new StatusException(Code.NOT_FOUND, "unknown service " + request.getService());
        }
        call.answer(
                response(
                        call.connection().isLeaving()
                                ? ServingStatus.NOT_SERVING
                                : ServingStatus.SERVING));
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    /** Tells the state now, and its one change: a server that is about to end serves no more. */
    static final class Watch implements Method.Answering {

        private final ServerCall call;
        private HealthCheckRequest request;

        Watch(ServerCall call) {
            this.call = call;
        }

        @Override
        public void message(byte[] message) {
            if (request != null) {
                throw new StatusException(Code.INTERNAL, "more than one message");
            }
            request = Unary.parse(HealthCheckRequest.parser(), message);
        }

        @Override
        public void end() {
            if (request == null) {
                throw new StatusException(Code.INTERNAL, "no message");
            }
            call.write(
                    response(
                            Methods.hasService(request.getService())
                                    ? ServingStatus.SERVING
                                    : ServingStatus.SERVICE_UNKNOWN));
        }

        @Override
        public void goAway() {
            if (request != null && Methods.hasService(request.getService())) {
                call.write(response(ServingStatus.NOT_SERVING));
            }
            call.end(Status.SHUTDOWN);
        }
    }
}

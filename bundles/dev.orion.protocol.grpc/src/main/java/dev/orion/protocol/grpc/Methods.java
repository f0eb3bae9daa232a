// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.protocol.grpc.standard.HealthProto.HealthCheckRequest;
import dev.orion.v1.RealtimeProto.BroadcastRequest;
import dev.orion.v1.RealtimeProto.HistoryRequest;
import dev.orion.v1.RealtimeProto.PresenceRequest;
import dev.orion.v1.RealtimeProto.PublishRequest;
import java.util.List;
import java.util.Map;

/** What is answered here, by the paths of its calls. */
final class Methods {

    static final Map<String, Method> BY_PATH =
            Map.ofEntries(
                    Map.entry(
                            "/orion.v1.Realtime/Publish",
                            new Unary<>(PublishRequest.parser(), RealtimeCalls::publish)),
                    Map.entry(
                            "/orion.v1.Realtime/Broadcast",
                            new Unary<>(BroadcastRequest.parser(), RealtimeCalls::broadcast)),
                    Map.entry("/orion.v1.Realtime/Subscribe", SubscribeCall::new),
                    Map.entry("/orion.v1.Realtime/Connect", ConnectCall::new),
                    Map.entry(
                            "/orion.v1.Realtime/Presence",
                            new Unary<>(PresenceRequest.parser(), RealtimeCalls::presence)),
                    Map.entry(
                            "/orion.v1.Realtime/History",
                            new Unary<>(HistoryRequest.parser(), RealtimeCalls::history)),
                    Map.entry(
                            "/grpc.health.v1.Health/Check",
                            new Unary<>(HealthCheckRequest.parser(), HealthCalls::check)),
                    Map.entry("/grpc.health.v1.Health/Watch", HealthCalls.Watch::new),
                    Map.entry(
                            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                            ReflectionCalls::new),
                    Map.entry(
                            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                            ReflectionCalls::new));

    private static final List<String> SERVICES =
            BY_PATH.keySet().stream()
                    .map(path -> path.substring(1, path.lastIndexOf('/')))
                    .distinct()
                    .sorted()
                    .toList();

    private Methods() {}

    /** The names of the services. */
    static List<String> services() {
        return SERVICES;
    }

    /** Whether there is a service of that name; the empty one stands for the server. */
    static boolean hasService(String name) {
        return name.isEmpty() || SERVICES.contains(name);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.access.ServerKeys;
import dev.orion.http.Http2Options;
import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.http.Http2ForOthers;
import dev.orion.testkit.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The protocol on a free port, with what it needs. */
final class GrpcServer implements AutoCloseable {

    static final GrpcProtocol.Settings SETTINGS =
            new GrpcProtocol.Settings(
                    4_194_304,
                    new Http2Options(256, 16_384, 65_535, Duration.ZERO, Duration.ofMinutes(5)),
                    300,
                    new BackEndSettings(
                            4,
                            100,
                            1000,
                            16_384,
                            65_535,
                            Duration.ofSeconds(10),
                            Duration.ofMinutes(5),
                            Duration.ofMinutes(6),
                            BackEndSettings.PONG));

    final FakeRealtime realtime = new FakeRealtime();
    final FakeRoutes routes = new FakeRoutes();
    final PlainConnector connector = new PlainConnector();
    final GrpcProtocol protocol;
    final TestServer server;

    GrpcServer() {
        this(SETTINGS);
    }

    GrpcServer(GrpcProtocol.Settings settings) {
        protocol = new GrpcProtocol(realtime, realtime, routes, connector, settings);
        protocol.http = List.of(Map.entry(Map.of("service.id", 1L), new Http2ForOthers()));
        protocol.keys =
                new ServerKeys() {
                    @Override
                    public boolean opensApi(String candidate) {
                        return candidate.equals("api");
                    }

                    @Override
                    public boolean opensAdmin(String candidate) {
                        return candidate.equals("admin");
                    }
                };
        server = new TestServer("grpc", protocol);
    }

    int port() {
        return server.port();
    }

    /** Passes every call on to a port of this machine. */
    GrpcServer to(int port) {
        routes.to = Optional.of("grpc://127.0.0.1:" + port);
        return this;
    }

    /** Tells every connection to go. */
    void goAway() {
        server.connections()
                .forEach(
                        connection ->
                                connection
                                        .channel()
                                        .eventLoop()
                                        .execute(
                                                () ->
                                                        connection
                                                                .channel()
                                                                .pipeline()
                                                                .fireUserEventTriggered(
                                                                        new GoAway(
                                                                                CloseReason
                                                                                        .SHUTDOWN))));
    }

    @Override
    public void close() {
        protocol.close();
        server.close();
    }
}

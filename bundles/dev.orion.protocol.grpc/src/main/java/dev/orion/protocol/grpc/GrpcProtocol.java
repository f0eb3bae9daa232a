// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.osgi.service.component.annotations.FieldOption.REPLACE;
import static org.osgi.service.component.annotations.ReferenceCardinality.AT_LEAST_ONE;
import static org.osgi.service.component.annotations.ReferenceCardinality.OPTIONAL;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.access.ServerKeys;
import dev.orion.client.Clients;
import dev.orion.configuration.Durations;
import dev.orion.http.Http2Options;
import dev.orion.http.Http2Server;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import dev.orion.realtime.RealtimeManager;
import dev.orion.route.Route;
import dev.orion.route.RouteManager;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** gRPC over HTTP/2: services of our own, and calls that go along routes. */
@Component(configurationPid = GrpcProtocol.PID)
@Designate(ocd = GrpcProtocol.Config.class)
@Speaks("grpc")
public final class GrpcProtocol implements Protocol {

    static final String PID = "dev.orion.protocol.grpc";

    private static final String SERVICE_ID = "service.id"; // the later, the higher
    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.grpc");

    @ObjectClassDefinition(name = "gRPC protocol")
    @interface Config {

        @AttributeDefinition(
                description = "The longest message that Orion's own services take.",
                min = "1024",
                max = "1073741824")
        int maxMessageBytes() default 4_194_304;

        @AttributeDefinition(
                description = "All metadata of a call, or of its answer.",
                min = "1024",
                max = "1048576")
        int maxMetadataBytes() default 16_384;

        @AttributeDefinition(description = "Calls at once over one connection.", min = "1")
        int maxStreams() default 256;

        @AttributeDefinition(
                description = "Bytes that may come on a stream before they are read.",
                min = "65535",
                max = "16777216")
        int windowBytes() default 65_535;

        @AttributeDefinition(
                description =
                        "Pings that come faster on a silent connection are answered with"
                                + " too_many_pings.")
        String leastPingInterval() default "5m";

        @AttributeDefinition(
                description = "Messages at most in one answer about a history.",
                min = "1")
        int maxHistory() default 300;

        @AttributeDefinition(
                description = "Connections at most to one back end, for each event loop.",
                min = "1")
        int backEndConnections() default 4;

        @AttributeDefinition(
                description = "Calls at once over one connection to a back end, at most.",
                min = "1")
        int backEndStreams() default 100;

        @AttributeDefinition(
                description = "Calls that may wait for a back end, for each event loop.",
                min = "0")
        int backEndWaiting() default 1000;

        @AttributeDefinition(
                description =
                        "How long a connection to a back end may take until calls go over it.")
        String backEndTimeout() default "10s";

        @AttributeDefinition(description = "How long a connection to a back end stays unused.")
        String backEndIdle() default "5m";

        @AttributeDefinition(
                description =
                        "How often a connection to a back end with calls is asked whether it lives;"
                                + " servers mind less than 5m.")
        String backEndPing() default "6m";
    }

    /** What is configured. */
    record Settings(
            int maxMessageBytes, Http2Options http, int maxHistory, BackEndSettings backEnds) {

        static Settings of(Config config) {
            return new Settings(
                    config.maxMessageBytes(),
                    new Http2Options(
                            config.maxStreams(),
                            config.maxMetadataBytes(),
                            config.windowBytes(),
                            Duration.ZERO,
                            Durations.parse(config.leastPingInterval())),
                    config.maxHistory(),
                    new BackEndSettings(
                            config.backEndConnections(),
                            config.backEndStreams(),
                            config.backEndWaiting(),
                            config.maxMetadataBytes(),
                            config.windowBytes(),
                            Durations.parse(config.backEndTimeout()),
                            Durations.parse(config.backEndIdle()),
                            Durations.parse(config.backEndPing()),
                            BackEndSettings.PONG));
        }
    }

    private final Clients clients;
    private final RealtimeManager realtime;
    private final RouteManager routes;
    private final Connector connector;
    private final Settings settings;
    private final Map<EventLoop, LoopShare> loops = new ConcurrentHashMap<>();

    /** All of them, so that a new version of HTTP serves new connections and ends no old one. */
    @Reference(
            cardinality = AT_LEAST_ONE,
            policy = DYNAMIC,
            policyOption = GREEDY,
            fieldOption = REPLACE)
    volatile List<Map.Entry<Map<String, Object>, Http2Server>> http = List.of();

    /** Without any nobody has a server's rights. */
    @Reference(cardinality = OPTIONAL, policy = DYNAMIC, policyOption = GREEDY)
    volatile ServerKeys keys;

    @Activate
    public GrpcProtocol(
            @Reference Clients clients,
            @Reference RealtimeManager realtime,
            @Reference RouteManager routes,
            @Reference Connector connector,
            Config config) {
        this(clients, realtime, routes, connector, Settings.of(config));
    }

    GrpcProtocol(
            Clients clients,
            RealtimeManager realtime,
            RouteManager routes,
            Connector connector,
            Settings settings) { // for tests
        this.clients = clients;
        this.realtime = realtime;
        this.routes = routes;
        this.connector = connector;
        this.settings = settings;
    }

    @Override
    public void serve(Connection connection) {
        var calls = new GrpcConnection(this, connection, share(connection.channel().eventLoop()));
        connection.channel().pipeline().addLast("grpc", calls); // hears good-byes first
        Http2Server newest =
                http.stream()
                        .max(Comparator.comparing(server -> (Long) server.getKey().get(SERVICE_ID)))
                        .orElseThrow()
                        .getValue();
        newest.serveStreams(
                connection,
                settings.http(),
                stream ->
                        stream.channel()
                                .pipeline()
                                .addLast("call", new CallHandler(calls, stream)));
    }

    /** Closes the connections to back ends; the calls that go over them have had their time. */
    @Deactivate
    void close() {
        loops.forEach(GrpcProtocol::dismiss);
    }

    private static void dismiss(EventLoop loop, LoopShare share) {
        try {
            loop.execute(share::close);
        } catch (RejectedExecutionException ended) {
            LOG.atDebug().setCause(ended).log("Event loop has ended before its calls");
        }
    }

    private LoopShare share(EventLoop loop) {
        return loops.computeIfAbsent(loop, LoopShare::new);
    }

    /** Who answers a call of that path here. */
    Optional<Method> method(String path) {
        return Optional.ofNullable(Methods.BY_PATH.get(path));
    }

    Optional<Route> route(String path) {
        return routes.atPath("grpc", path);
    }

    Clients clients() {
        return clients;
    }

    RealtimeManager realtime() {
        return realtime;
    }

    Connector connector() {
        return connector;
    }

    ServerKeys keys() {
        return keys;
    }

    Settings settings() {
        return settings;
    }
}

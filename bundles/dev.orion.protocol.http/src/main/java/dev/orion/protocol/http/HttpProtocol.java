// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.osgi.service.component.annotations.FieldOption.REPLACE;
import static org.osgi.service.component.annotations.ReferenceCardinality.OPTIONAL;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.configuration.Durations;
import dev.orion.http.ContentEncoder;
import dev.orion.http.Http2Options;
import dev.orion.http.HttpService;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Speaks HTTP/1.1 (RFC 9112) and HTTP/2 (RFC 9113) and gives each exchange to the service of its
 * path.
 */
@Component(configurationPid = HttpProtocol.PID)
@Designate(ocd = HttpProtocol.Config.class)
@Speaks("http")
public final class HttpProtocol implements Protocol {

    static final String PID = "dev.orion.protocol.http";

    @ObjectClassDefinition(name = "HTTP/1.1 and HTTP/2")
    @interface Config {

        @AttributeDefinition(
                description = "The most bytes of a request's fields; more is answered with 431.",
                min = "256",
                max = "1048576")
        int maxHeaderBytes() default 8192;

        @AttributeDefinition(
                description =
                        "The most bytes of a request's first line; more is answered with 414.",
                min = "64",
                max = "1048576")
        int maxInitialLineBytes() default 4096;

        @AttributeDefinition(
                description = "How long the head of a request may take; then 408 and close.",
                min = "1ms")
        String headerTimeout() default "10s";

        @AttributeDefinition(
                description =
                        "How long a connection may wait for its next request, a body for its next"
                                + " piece, or an answer for a peer that does not read.",
                min = "1ms")
        String idleTimeout() default "60s";

        @AttributeDefinition(
                description =
                        "Origins of web pages, as https://app.example, that may send requests"
                                + " beside those of the listener's own host.")
        String[] allowedOrigins() default {};

        @AttributeDefinition(
                description = "HTTP/2: requests of a connection at once; more are refused.",
                min = "1",
                max = "100000")
        int maxStreams() default 100;

        @AttributeDefinition(
                description =
                        "HTTP/2: what a peer may send of each body ahead of whoever reads it.",
                min = "65535",
                max = "16777216")
        int streamWindowBytes() default 262_144;

        @AttributeDefinition(
                description =
                        "HTTP/2: streams of a connection that may be reset within 10 s; then it is"
                                + " ended with ENHANCE_YOUR_CALM.",
                min = "1",
                max = "1000000")
        int maxResets() default 1000;

        @AttributeDefinition(
                description =
                        "HTTP/2: pings, settings and other frames that carry no message, in a row"
                                + " within 10 s; then it is ended with ENHANCE_YOUR_CALM.",
                min = "10",
                max = "1000000")
        int maxControlFrames() default 1000;
    }

    record Settings(
            int maxHeaderBytes,
            int maxInitialLineBytes,
            Duration headerTimeout,
            Duration idleTimeout,
            OriginPolicy origins,
            Http2Limits http2) {

        static final Settings DEFAULT =
                new Settings(
                        8192,
                        4096,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        new OriginPolicy(List.of()),
                        Http2Limits.DEFAULT);

        Settings {
            positive("headerTimeout", headerTimeout);
            positive("idleTimeout", idleTimeout);
        }

        static Settings of(Config config) {
            Duration headerTimeout = Durations.parse(config.headerTimeout());
            Duration idleTimeout = Durations.parse(config.idleTimeout());
            return new Settings(
                    config.maxHeaderBytes(),
                    config.maxInitialLineBytes(),
                    headerTimeout,
                    idleTimeout,
                    new OriginPolicy(List.of(config.allowedOrigins())),
                    new Http2Limits(
                            new Http2Options(
                                    config.maxStreams(),
                                    config.maxHeaderBytes(),
                                    config.streamWindowBytes(),
                                    idleTimeout,
                                    Duration.ZERO),
                            config.maxResets(),
                            config.maxControlFrames(),
                            headerTimeout,
                            idleTimeout));
        }

        private static void positive(String name, Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(name + ": " + time + " (expected: > 0)");
            }
        }
    }

    private final HttpTime time = new HttpTime();
    private final Brotli brotli = new Brotli(() -> this.encoder);

    // any thread
    private volatile Settings settings;
    private volatile Routes routes = new Routes(List.of());

    /** Replaced as a whole when a service comes or goes; read it once per exchange. */
    @Reference(
            service = HttpService.class,
            policy = DYNAMIC,
            policyOption = GREEDY,
            fieldOption = REPLACE)
    private volatile List<Map.Entry<Map<String, Object>, HttpService>> services = List.of();

    /** Whoever makes br, not got yet; null where there is nobody. */
    @Reference(
            service = ContentEncoder.class,
            target = "(encodes=br)",
            cardinality = OPTIONAL,
            policy = DYNAMIC,
            policyOption = GREEDY)
    private volatile ComponentServiceObjects<ContentEncoder> encoder;

    @Activate
    public HttpProtocol(Config config) {
        this(Settings.of(config));
    }

    /** Serves a fixed list of services with the default settings, outside of a framework. */
    public HttpProtocol(List<Map.Entry<Map<String, Object>, HttpService>> services) {
        this(Settings.DEFAULT, services);
    }

    private HttpProtocol(Settings settings) {
        this.settings = settings;
    }

    HttpProtocol( // for tests
            Settings settings, List<Map.Entry<Map<String, Object>, HttpService>> services) {
        this(settings, services, null);
    }

    HttpProtocol( // for tests
            Settings settings,
            List<Map.Entry<Map<String, Object>, HttpService>> services,
            ComponentServiceObjects<ContentEncoder> encoder) {
        this(settings);
        this.services = services;
        this.encoder = encoder;
    }

    /** A new instance would end every connection; new settings hold from the next one on. */
    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    @Override
    public void serve(Connection connection) {
        if (connection.applicationProtocol().equals("h2")) {
            serveHttp2(connection);
        } else {
            serveHttp1(connection);
        }
    }

    /** Where both have agreed on HTTP/2, or the peer has begun it (RFC 9113 §3). */
    void serveHttp2(Connection connection) {
        Http2Connection.install(connection, settings.http2(), time, this::dispatch);
    }

    /** Where the peer has asked for HTTP/2 in a request, which it gets to be answered there. */
    void serveHttp2(Connection connection, Http2Upgrade upgrade) {
        Http2Connection.install(
                connection,
                settings.http2(),
                time,
                this::dispatch,
                upgrade.settings(),
                upgrade.request());
    }

    private void serveHttp1(Connection connection) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        var decoder = new RequestDecoder(settings);
        pipeline.addLast(RequestDecoder.NAME, decoder); // bytes -> requests, paused and resumed
        pipeline.addLast(Http1Connection.NAME, new Http1Connection(this, connection, decoder));
    }

    Settings settings() {
        return settings;
    }

    HttpTime time() {
        return time;
    }

    /** Finds who answers. */
    void dispatch(ServerExchange exchange) {
        Dispatch.dispatch(exchange, settings, routes(), brotli);
    }

    /** The index of the services that are there now. */
    private Routes routes() {
        List<Map.Entry<Map<String, Object>, HttpService>> now = services;
        Routes known = routes;
        if (!known.indexes(now)) {
            known = new Routes(now);
            routes = known;
        }
        return known;
    }
}

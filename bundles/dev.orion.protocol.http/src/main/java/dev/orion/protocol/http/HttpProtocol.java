// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.osgi.service.component.annotations.FieldOption.REPLACE;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.configuration.Durations;
import dev.orion.http.HttpService;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Speaks HTTP/1.1 (RFC 9110, RFC 9112) and gives each exchange to the service of its path. */
@Component(configurationPid = HttpProtocol.PID)
@Designate(ocd = HttpProtocol.Config.class)
@Speaks("http")
public final class HttpProtocol implements Protocol {

    static final String PID = "dev.orion.protocol.http";

    @ObjectClassDefinition(name = "HTTP/1.1")
    @interface Config {

        @AttributeDefinition(
                description = "The most bytes of a request's fields; more is answered with 431.",
                min = "256",
                max = "1048576")
        int maxHeaderBytes() default 8192;

        @AttributeDefinition(
                description = "The most bytes of a request's first line; more is answered with 414.",
                min = "64",
                max = "1048576")
        int maxInitialLineBytes() default 4096;

        @AttributeDefinition(
                description = "How long the head of a request may take; then 408 and close.")
        String headerTimeout() default "10s";

        @AttributeDefinition(
                description =
                        "How long a connection may wait for its next request, a body for its next"
                                + " piece, or an answer for a peer that does not read.")
        String idleTimeout() default "60s";

        @AttributeDefinition(
                description =
                        "Origins of web pages, as https://app.example, that may send requests"
                                + " beside those of the listener's own host.")
        String[] allowedOrigins() default {};
    }

    record Settings(
            int maxHeaderBytes,
            int maxInitialLineBytes,
            Duration headerTimeout,
            Duration idleTimeout,
            OriginPolicy origins) {

        Settings {
            positive("headerTimeout", headerTimeout);
            positive("idleTimeout", idleTimeout);
        }

        static Settings of(Config config) {
            return new Settings(
                    config.maxHeaderBytes(),
                    config.maxInitialLineBytes(),
                    Durations.parse(config.headerTimeout()),
                    Durations.parse(config.idleTimeout()),
                    new OriginPolicy(List.of(config.allowedOrigins())));
        }

        private static void positive(String name, Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(name + ": " + time + " (expected: > 0)");
            }
        }
    }

    private final HttpDate date = new HttpDate(Clock.systemUTC());
    private final Map<EventLoop, Deadlines> deadlines = new ConcurrentHashMap<>();

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

    @Activate
    public HttpProtocol(Config config) {
        this(Settings.of(config));
    }

    HttpProtocol(Settings settings) { // for tests
        this.settings = settings;
    }

    HttpProtocol(
            Settings settings, List<Map.Entry<Map<String, Object>, HttpService>> services) {
        this(settings);
        this.services = services;
    }

    /** A new instance would end every connection; new settings hold from the next one on. */
    @Modified
    void modified(Config config) {
        settings = Settings.of(config);
    }

    @Override
    public void serve(Connection connection) {
        ChannelPipeline pipeline = connection.channel().pipeline();
        var decoder = new RequestDecoder(settings);
        pipeline.addLast(RequestDecoder.NAME, decoder); // bytes -> requests, paused and resumed
        pipeline.addLast(HttpConnection.NAME, new HttpConnection(this, connection, decoder));
    }

    Settings settings() {
        return settings;
    }

    HttpDate date() {
        return date;
    }

    Deadlines deadlines(EventLoop loop) {
        return deadlines.computeIfAbsent(loop, Deadlines::new);
    }

    /** The index of the services that are there now. */
    Routes routes() {
        List<Map.Entry<Map<String, Object>, HttpService>> now = services;
        Routes known = routes;
        if (!known.indexes(now)) {
            known = new Routes(now);
            routes = known;
        }
        return known;
    }
}

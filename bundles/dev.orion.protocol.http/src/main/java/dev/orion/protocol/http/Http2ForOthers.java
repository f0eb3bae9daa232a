// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.Http2Options;
import dev.orion.http.Http2Server;
import dev.orion.http.HttpService;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** HTTP/2 for protocols that are built on it. */
@Component
public final class Http2ForOthers implements Http2Server {

    private final HttpTime time = new HttpTime();
    private final Set<Connection> served = ConcurrentHashMap.newKeySet();

    @Activate
    public Http2ForOthers() {}

    /** The classes that serve them are about to go. */
    @Deactivate
    void close() {
        var goAway = new GoAway(CloseReason.SHUTDOWN);
        served.forEach(
                connection ->
                        connection
                                .channel()
                                .eventLoop()
                                .execute(
                                        () ->
                                                connection
                                                        .channel()
                                                        .pipeline()
                                                        .fireUserEventTriggered(goAway)));
    }

    @Override
    public void serve(Connection connection, Http2Options options, HttpService service) {
        remember(connection);
        Http2Connection.install(
                connection,
                Http2Limits.DEFAULT.with(options),
                time,
                exchange -> dispatch(exchange, service));
    }

    @Override
    public void serveStreams(
            Connection connection, Http2Options options, Consumer<Connection> install) {
        remember(connection);
        Http2Connection.installStreams(
                connection, Http2Limits.DEFAULT.with(options), time, install);
    }

    @Override
    public int connections() {
        return served.size();
    }

    private void remember(Connection connection) {
        served.add(connection);
        connection.channel().closeFuture().addListener(closed -> served.remove(connection));
    }

    private static void dispatch(Http2Exchange exchange, HttpService service) {
        Optional<Target> target = Target.parse(exchange.request().uri());
        if (target.isEmpty()) {
            Dispatch.refuse(exchange, HttpResponseStatus.BAD_REQUEST);
            return;
        }
        exchange.target(target.get());
        exchange.guarded(() -> service.serve(exchange));
    }
}

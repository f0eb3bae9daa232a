// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.osgi.service.component.annotations.ReferenceCardinality.OPTIONAL;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.configuration.Durations;
import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.ConnectionListener;
import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import dev.orion.protocol.Connector;
import dev.orion.protocol.ProtocolManager;
import dev.orion.protocol.ProtocolsListener;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Assembles event loops, listeners and connections, and ends them in that order reversed. */
@Capability( // the one service that is not the component's own
        namespace = "osgi.service",
        attribute = "objectClass:List<String>='dev.orion.protocol.Connector'")
@Component(
        immediate = true,
        service = {NetworkManager.class, DefaultNetworkManager.class},
        configurationPid = DefaultNetworkManager.PID)
@Designate(ocd = DefaultNetworkManager.Config.class)
@Capability( // what is registered by hand, for the resolver
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"dev.orion.protocol.Connector\"",
        effective = "active")
public final class DefaultNetworkManager implements NetworkManager {

    static final String PID = "dev.orion.manager.network";
    static final int HIGH_BYTES = 1 << 20;
    static final int LOW_BYTES = 1 << 19;

    @ObjectClassDefinition(name = "Network manager")
    @interface Config {

        @AttributeDefinition(
                description = "How sockets are used; auto takes the first of the others there is.",
                options = {
                    @Option(label = "auto", value = "auto"),
                    @Option(label = "epoll", value = "epoll"),
                    @Option(label = "io_uring", value = "io_uring"),
                    @Option(label = "nio", value = "nio")
                })
        String transport() default Transport.AUTO;

        @AttributeDefinition(
                min = "0",
                max = "1024",
                description = "Threads that all sockets live on; 0 for one a processor.")
        int eventLoops() default 0;

        @AttributeDefinition(
                min = "1",
                description = "A connection with more to be written than this is not writable.")
        int highWaterMarkBytes() default HIGH_BYTES;

        @AttributeDefinition(
                min = "0",
                description = "It is writable again when it has less than this.")
        int lowWaterMarkBytes() default LOW_BYTES;

        @AttributeDefinition(
                min = "0",
                description = "Connections of a listener that wait at once for its protocol.")
        int maxWaiting() default 1024;

        @AttributeDefinition(description = "How long each of them waits, as 5s.")
        String maxWait() default "5s";

        @AttributeDefinition(
                description = "How long a connection that is asked to go has until it is closed.")
        String closeTimeout() default "1s";

        @AttributeDefinition(description = "How long a TLS handshake may take.")
        String handshakeTimeout() default "10s";

        @AttributeDefinition(
                description =
                        "How long it may take to find and reach another server, as 5s; a TLS"
                                + " handshake with it has handshakeTimeout besides.")
        String connectTimeout() default "5s";

        @AttributeDefinition(
                description =
                        "PEM file of issuers that are trusted in other servers besides the JDK's.")
        String trust() default "";

        @AttributeDefinition(
                description =
                        "Who speaks TLS; auto takes BoringSSL where it is installed for the"
                                + " platform, else the JDK.",
                options = {
                    @Option(label = "auto", value = "auto"),
                    @Option(label = "boringssl", value = "boringssl"),
                    @Option(label = "jdk", value = "jdk")
                })
        String tlsProvider() default TlsProvider.AUTO;
    }

    private final Settings settings;
    private final EventLoops loops;
    private final ConnectionEvents events = new ConnectionEvents();
    private final Connections connections = new Connections(events);
    private final Reception reception = new Reception();
    private final SharedTls sharedTls;
    private final Listeners listeners;
    private final DefaultConnector connector;
    private final Optional<ServiceRegistration<ProtocolsListener>> news;
    private final Optional<ServiceRegistration<Connector>> offer;

    @Activate
    public DefaultNetworkManager(BundleContext context, Config config) {
        this(settings(config, context), Optional.of(context), InetAddress::getAllByName);
    }

    DefaultNetworkManager(Settings settings) { // for tests
        this(settings, Optional.empty(), InetAddress::getAllByName);
    }

    DefaultNetworkManager(Settings settings, Names.Lookup lookup) { // for tests
        this(settings, Optional.empty(), lookup);
    }

    private DefaultNetworkManager(
            Settings settings, Optional<BundleContext> context, Names.Lookup lookup) {
        this.settings = settings;
        this.loops = new EventLoops(settings.transport(), settings.eventLoops());
        this.sharedTls =
                new SharedTls(
                        settings.home(),
                        Clock.systemUTC(),
                        settings.tlsProvider(),
                        settings.eventLoops());
        this.listeners = new Listeners(loops, settings, connections, reception, sharedTls);
        this.connector = new DefaultConnector(settings, connections, sharedTls, new Names(lookup));
        // By hand and not as components: the protocol manager, which this one refers to, refers
        // to it, and an object that is there already does not make a circle of activations.
        this.news =
                context.map(
                        ours ->
                                ours.registerService(
                                        ProtocolsListener.class, listeners::wake, null));
        this.offer = context.map(ours -> ours.registerService(Connector.class, connector, null));
    }

    @Deactivate
    void close() {
        news.ifPresent(ServiceRegistration::unregister);
        listeners.stopSettling();
        try {
            drain(settings.closeTimeout())
                    .toCompletableFuture()
                    .get(settings.closeTimeout().toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            // What is left is closed with its event loop.
        }
        offer.ifPresent(ServiceRegistration::unregister);
        loops.close();
        sharedTls.close();
        events.close();
    }

    @Reference(cardinality = OPTIONAL, policy = DYNAMIC, policyOption = GREEDY)
    void setProtocolManager(ProtocolManager manager) {
        reception.manager(manager);
        listeners.wake();
    }

    void unsetProtocolManager(ProtocolManager manager) {
        reception.managerGone(manager);
    }

    @Override
    public String transport() {
        return loops.toString();
    }

    @Override
    public String tls() {
        return sharedTls.inUse();
    }

    @Override
    public List<ListenerInfo> listeners() {
        return listeners.infos();
    }

    @Override
    public List<ConnectionInfo> connections() {
        return connections.infos();
    }

    @Override
    public CompletionStage<List<ListenerInfo>> settled(Set<String> names) {
        return listeners.settled(names).minimalCompletionStage();
    }

    @Override
    public boolean close(String connectionId, CloseReason reason) {
        Optional<LiveConnection> found = connections.find(connectionId);
        found.ifPresent(
                connection -> Connections.onLoop(connection, () -> end(connection, reason)));
        return found.isPresent();
    }

    @Override
    public CompletionStage<Void> drain(Duration timeout) {
        CompletableFuture<Void> deaf = listeners.drain();
        connector.close();
        reception.close();
        connections.goAway(CloseReason.SHUTDOWN);
        var deadline =
                loops.next()
                        .schedule(
                                () -> connections.close(CloseReason.SHUTDOWN),
                                timeout.toMillis(),
                                TimeUnit.MILLISECONDS);
        CompletableFuture<Void> drained = CompletableFuture.allOf(deaf, connections.empty());
        drained.thenRun(() -> deadline.cancel(false));
        return drained.minimalCompletionStage();
    }

    /** Tells {@code listener} what happens to connections from now on. */
    void add(ConnectionListener listener, boolean wantsData) {
        events.add(listener, wantsData);
        if (wantsData) {
            connections.countBytes();
        }
    }

    void remove(ConnectionListener listener) {
        events.remove(listener);
    }

    Listeners sockets() {
        return listeners;
    }

    /** One of the event loops. */
    EventLoop loop() {
        return loops.next();
    }

    Connector connector() {
        return connector;
    }

    Path home() {
        return settings.home();
    }

    int portOffset() {
        return settings.portOffset();
    }

    private void end(LiveConnection connection, CloseReason reason) {
        connection.goAway(reason);
        if (connection.channel().isOpen()) {
            connection
                    .channel()
                    .eventLoop()
                    .schedule(
                            () -> connection.close(reason),
                            settings.closeTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private static Settings settings(Config config, BundleContext context) {
        return new Settings(
                Transport.choose(config.transport()),
                config.eventLoops() == 0
                        ? Runtime.getRuntime().availableProcessors()
                        : config.eventLoops(),
                new WriteBufferWaterMark(config.lowWaterMarkBytes(), config.highWaterMarkBytes()),
                config.maxWaiting(),
                Durations.parse(config.maxWait()),
                Durations.parse(config.closeTimeout()),
                Durations.parse(config.handshakeTimeout()),
                config.tlsProvider(),
                portOffset(context),
                home(context),
                new OutboundSettings(
                        Durations.parse(config.connectTimeout()),
                        Durations.parse(config.handshakeTimeout()),
                        config.trust().isEmpty()
                                ? Optional.empty()
                                : Optional.of(home(context).resolve(config.trust()))));
    }

    private static Path home(BundleContext context) {
        String home = context.getProperty("orion.home");
        return Path.of(home == null ? "orion-home" : home).toAbsolutePath().normalize();
    }

    private static int portOffset(BundleContext context) {
        String offset = context.getProperty("orion.port.offset");
        return offset == null || offset.isEmpty() ? 0 : Integer.parseInt(offset);
    }
}

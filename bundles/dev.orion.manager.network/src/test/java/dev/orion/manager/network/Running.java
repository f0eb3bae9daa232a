// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.Endpoint;
import dev.orion.net.ListenerInfo;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A network manager with short waits, for as long as a test needs it. */
final class Running implements AutoCloseable {

    final DefaultNetworkManager manager;

    Running(Settings settings) {
        manager = new DefaultNetworkManager(settings);
    }

    Running(Settings settings, Names.Lookup lookup) {
        manager = new DefaultNetworkManager(settings, lookup);
    }

    Running() {
        this(settings(Transport.choose("auto")));
    }

    static Settings settings(Transport transport) {
        return settings(transport, 16, Duration.ofSeconds(20));
    }

    static Settings settings(Transport transport, int maxWaiting, Duration maxWait) {
        return new Settings(
                transport,
                2,
                new WriteBufferWaterMark(1 << 19, 1 << 20),
                maxWaiting,
                maxWait,
                Duration.ofMillis(300),
                Duration.ofSeconds(20),
                TlsProvider.AUTO,
                0,
                Path.of("target/no-home"),
                outbound(Optional.empty()));
    }

    /** With a home, which has the development certificate, and not much time for handshakes. */
    static Settings settings(Path home, Duration handshakeTimeout, TlsProvider provider) {
        Settings usual = settings(Transport.choose("auto"));
        return new Settings(
                usual.transport(),
                usual.eventLoops(),
                usual.waterMarks(),
                usual.maxWaiting(),
                usual.maxWait(),
                usual.closeTimeout(),
                handshakeTimeout,
                provider.label(),
                usual.portOffset(),
                home,
                outbound(Optional.of(home.resolve("tls/dev-cert.pem"))));
    }

    static Settings with(Settings usual, OutboundSettings outbound) {
        return new Settings(
                usual.transport(),
                usual.eventLoops(),
                usual.waterMarks(),
                usual.maxWaiting(),
                usual.maxWait(),
                usual.closeTimeout(),
                usual.handshakeTimeout(),
                usual.tlsProvider(),
                usual.portOffset(),
                usual.home(),
                outbound);
    }

    private static OutboundSettings outbound(Optional<Path> trust) {
        return new OutboundSettings(Duration.ofSeconds(20), Duration.ofSeconds(20), trust);
    }

    /** A listener on a port that the system chooses, as it is configured when the keys are. */
    Listener openTls(String name, TlsSettings tls) {
        var endpoint = new Endpoint("tcps", "127.0.0.1", 0);
        Listener opened =
                manager.sockets()
                        .open(
                                new ListenerSettings(
                                        name,
                                        endpoint,
                                        1000,
                                        0,
                                        1000,
                                        Set.of("public"),
                                        Optional.of(tls)));
        info(name);
        return opened;
    }

    static ListenerSettings listener(String name, String uri) {
        return new ListenerSettings(
                name, Endpoint.parse(uri), 100, 0, 100, Set.of("public"), Optional.empty());
    }

    Listener open(String name, String uri) {
        Listener opened = manager.sockets().open(listener(name, uri));
        info(name);
        return opened;
    }

    /** The listener once it has settled. */
    ListenerInfo info(String name) {
        return manager.settled(Set.of(name))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join()
                .get(0);
    }

    int port(String name) {
        return info(name).endpoint().port();
    }

    /** Returns when the condition holds, and fails when it does not within ten seconds. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}

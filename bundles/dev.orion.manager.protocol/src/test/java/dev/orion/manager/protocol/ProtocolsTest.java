// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolsListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class ProtocolsTest {

    private final List<ProtocolsListener> listeners = new ArrayList<>();
    private final Protocols protocols =
            new Protocols(
                    new Farewell(Duration.ofMillis(500), Duration.ofMillis(200)),
                    new Announcer(() -> listeners));

    @Test
    void givesConnectionsToWhoSpeaksTheirName() throws IOException {
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", new Greeting("one", true), source("1.0.0", 1));
            protocols.add("mqtt", new Greeting("other", true), source("2.0.0", 2));

            try (var peer = wire.connect()) {
                assertThat(peer.line()).isEqualTo("one");
                assertThat(protocols.speaks("mqtt")).isTrue();
                assertThat(protocols.speaks("http")).isFalse();
                assertThat(info("tcp").connections()).isEqualTo(1);
                assertThat(info("mqtt").connections()).isZero();
            }
            await(() -> info("tcp").connections() == 0);
        }
    }

    @Test
    void leavesAConnectionAloneThatNobodySpeaks() throws IOException {
        try (var wire = new Wire("tcp", protocols);
                var peer = wire.connect()) {
            assertThat(peer.line()).isNull();
            assertThat(wire.refused).hasSize(1);
            assertThat(wire.closed).isEmpty();
        }
    }

    @Test
    void prefersTheHigherVersionThenTheHigherRankingThenTheNewer() {
        protocols.add(
                "tcp", new Greeting("a", true), new Source("a", new Version("1.9.0"), 1, 9, 1));
        protocols.add(
                "tcp", new Greeting("b", true), new Source("b", new Version("1.10.0"), 2, 0, 2));
        protocols.add(
                "tcp", new Greeting("c", true), new Source("c", new Version("1.10.0"), 3, 5, 3));
        protocols.add(
                "tcp", new Greeting("d", true), new Source("d", new Version("1.10.0"), 4, 5, 4));

        assertThat(protocols.protocols())
                .extracting(ProtocolInfo::bundle)
                .containsExactly("d", "c", "b", "a");
        assertThat(protocols.protocols())
                .extracting(ProtocolInfo::current)
                .containsExactly(true, false, false, false);
    }

    @Test
    void aNewerVersionTakesNewConnectionsAndTheOlderKeepsItsOwn() throws IOException {
        var older = new Greeting("older", true);
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", older, source("1.0.0", 1));
            try (var before = wire.connect()) {
                assertThat(before.line()).isEqualTo("older");

                protocols.add("tcp", new Greeting("newer", true), source("1.1.0", 2));

                try (var after = wire.connect()) {
                    assertThat(after.line()).isEqualTo("newer");
                    assertThat(before.ask("still")).isEqualTo("still");
                    assertThat(protocols.protocols())
                            .extracting(ProtocolInfo::connections)
                            .containsExactly(1, 1);

                    protocols.remove(older);

                    assertThat(before.line()).isEqualTo("bye 3001");
                    assertThat(before.line()).isNull();
                    assertThat(after.ask("untouched")).isEqualTo("untouched");
                }
            }
        }
    }

    @Test
    void theOlderOneIsBackWhenTheNewerLeaves() throws IOException {
        var newer = new Greeting("newer", true);
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", new Greeting("older", true), source("1.0.0", 1));
            protocols.add("tcp", newer, source("1.1.0", 2));

            protocols.remove(newer);

            try (var peer = wire.connect()) {
                assertThat(peer.line()).isEqualTo("older");
            }
        }
    }

    @Test
    void hasToldEveryConnectionWhenItReturnsAndClosesThoseThatStay() throws IOException {
        var rude = new Greeting("rude", false);
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", rude, source("1.0.0", 1));
            try (var one = wire.connect();
                    var two = wire.connect();
                    var three = wire.connect()) {
                one.line();
                two.line();
                three.line();

                protocols.remove(rude);

                assertThat(rude.toldToGo).hasValue(3);
                assertThat(one.line()).isNull();
                assertThat(two.line()).isNull();
                assertThat(three.line()).isNull();
                assertThat(wire.closed).hasSize(3).containsOnly(CloseReason.SHUTDOWN);
            }
        }
    }

    @Test
    void leavesThoseAloneThatHaveBeenHandedOverToAnotherPlugin() throws IOException {
        var polite = new Greeting("one", true);
        Protocol upgrading =
                connection -> {
                    polite.serve(connection);
                    connection.protocol("other");
                };
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", upgrading, source("1.0.0", 1));
            try (var peer = wire.connect()) {
                peer.line();
                assertThat(info("tcp").connections()).isZero();

                protocols.remove(upgrading);

                assertThat(protocols.protocols()).isEmpty();
                assertThat(polite.toldToGo).hasValue(0);
                assertThat(wire.closed).isEmpty();
            }
        }
    }

    @Test
    void listsWhoLeavesUntilItsConnectionsHaveGone() throws IOException {
        var rude = new Greeting("rude", false);
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", rude, source("1.0.0", 1));
            try (var peer = wire.connect()) {
                peer.line();

                protocols.remove(rude);

                assertThat(protocols.speaks("tcp")).isFalse();
                assertThat(info("tcp").current()).isFalse();
                assertThat(info("tcp").connections()).isEqualTo(1);
                await(() -> protocols.protocols().isEmpty());
            }
        }
    }

    @Test
    void doesNotWaitForeverForABusyEventLoop() throws Exception {
        var protocol = new Greeting("one", true);
        var busy = new CountDownLatch(1);
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", protocol, source("1.0.0", 1));
            try (var peer = wire.connect()) {
                peer.line();
                wire.loops.forEach(loop -> loop.execute(() -> hold(busy)));

                protocols.remove(protocol);

                assertThat(protocol.toldToGo).hasValue(0);
                busy.countDown();
                assertThat(peer.line()).isEqualTo("bye 3001");
            } finally {
                busy.countDown();
            }
        }
    }

    @Test
    void removesFromAnEventLoopWithoutWaitingForItself() throws Exception {
        var protocol = new Greeting("one", true);
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", protocol, source("1.0.0", 1));
            try (var peer = wire.connect()) {
                peer.line();

                wire.loops
                        .next()
                        .submit(() -> protocols.remove(protocol))
                        .get(10, TimeUnit.SECONDS);

                assertThat(peer.line()).isEqualTo("bye 3001");
            }
        }
    }

    @Test
    void oneThatThrowsCostsItsOwnConnectionOnly() throws IOException {
        Protocol broken =
                connection -> {
                    throw new IllegalStateException("broken on purpose");
                };
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", broken, source("1.0.0", 1));
            try (var peer = wire.connect()) {
                assertThat(peer.line()).isNull();
                assertThat(wire.closed).containsExactly(CloseReason.INTERNAL_ERROR);
                assertThat(wire.refused).isEmpty();
                assertThat(info("tcp").failures()).isEqualTo(1);
            }
            await(() -> info("tcp").connections() == 0);
        }
    }

    @Test
    void tellsItsListenersAfterTheChange() {
        List<Boolean> seen = new ArrayList<>();
        listeners.add(
                () -> {
                    throw new IllegalStateException("broken on purpose");
                });
        listeners.add(() -> seen.add(protocols.speaks("tcp")));
        var protocol = new Greeting("one", true);

        protocols.add("tcp", protocol, source("1.0.0", 1));
        protocols.remove(protocol);
        protocols.remove(protocol);

        assertThat(seen).containsExactly(true, false);
    }

    @Test
    void tellsAgainWhenAListenerCausesAChange() {
        List<Integer> seen = new ArrayList<>();
        var first = new Greeting("one", true);
        listeners.add(
                () -> {
                    seen.add(protocols.protocols().size());
                    protocols.remove(first);
                });

        protocols.add("tcp", first, source("1.0.0", 1));

        assertThat(seen).containsExactly(1, 0);
    }

    @Test
    void endsWithAllItsConnections() throws IOException {
        try (var wire = new Wire("tcp", protocols)) {
            protocols.add("tcp", new Greeting("one", true), source("1.0.0", 1));
            try (var peer = wire.connect()) {
                peer.line();

                protocols.close();

                assertThat(peer.line()).isEqualTo("bye 3001");
                assertThat(protocols.protocols()).isEmpty();
            }
        }
    }

    private ProtocolInfo info(String name) {
        return protocols.protocols().stream()
                .filter(info -> info.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Source source(String version, long serviceId) {
        return new Source("bundle", new Version(version), serviceId, 0, serviceId);
    }

    private static void hold(CountDownLatch until) {
        try {
            until.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}

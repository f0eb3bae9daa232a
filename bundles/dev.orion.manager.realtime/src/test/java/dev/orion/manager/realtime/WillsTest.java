// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.SessionSpec;
import dev.orion.manager.realtime.TestSession.Wish;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MQTT 5 §3.1.2.5, §3.1.3.2.2, §3.1.4. */
class WillsTest {

    private static final Duration DELAY = Duration.ofSeconds(5);

    private final MovableClock clock = new MovableClock();
    private final List<TestSession> connections = new ArrayList<>();
    private FakeStore store = new FakeStore();
    private DefaultRealtimeManager manager = manager();
    private TestSession witness;

    @BeforeEach
    void watch() {
        witness = open(new Wish("witness").expiry(SessionSpec.NEVER));
        witness.subscribe("wills/#", Qos.AT_LEAST_ONCE);
        witness.events();
    }

    @AfterEach
    void closeConnections() {
        for (TestSession connection : connections) {
            connection.session.close(true, Optional.of(Duration.ZERO));
            connection.run();
            connection.channel.finishAndReleaseAll();
        }
        FastThreadLocal.removeAll(); // this thread plays many event loops
    }

    @Test
    void isPublishedWhenTheConnectionBreaks() {
        open(new Wish("ann").will("wills/ann", "gone", Duration.ZERO)).breakOff();

        assertThat(seen()).containsExactly("gone");
        sweepAfter(Duration.ofHours(2));
        assertThat(seen()).isEmpty();
    }

    @Test
    void isTakenBackByAGoodbye() {
        open(new Wish("ann").will("wills/ann", "gone", Duration.ZERO)).goodbye();
        sweepAfter(Duration.ofHours(2));

        assertThat(seen()).isEmpty();
    }

    @Test
    void isPublishedAfterItsDelay() {
        open(new Wish("ann").will("wills/ann", "gone", DELAY)).breakOff();

        sweepAfter(DELAY.minusSeconds(1));
        assertThat(seen()).isEmpty();
        sweepAfter(Duration.ofSeconds(1));

        assertThat(seen()).containsExactly("gone");
    }

    @Test
    void isPublishedWhenTheSessionEndsBeforeTheDelay() {
        open(new Wish("ann").expiry(Duration.ofSeconds(2)).will("wills/ann", "gone", DELAY))
                .breakOff();

        sweepAfter(Duration.ofSeconds(2));

        assertThat(seen()).containsExactly("gone");
    }

    @Test
    void isPublishedWithTheConnectionWhereTheSessionEndsWithIt() {
        open(new Wish("ann").expiry(Duration.ZERO).will("wills/ann", "gone", DELAY)).breakOff();

        assertThat(seen()).containsExactly("gone");
    }

    @Test
    void isNotPublishedWhenTheClientComesBackInTime() {
        open(new Wish("ann").will("wills/ann", "gone", DELAY)).breakOff();
        sweepAfter(DELAY.minusSeconds(1));

        open(new Wish("ann"));
        sweepAfter(Duration.ofHours(1));

        assertThat(seen()).isEmpty();
    }

    @Test
    void isPublishedWhenTheClientComesBackTooLateAndNobodyHasSweptYet() {
        open(new Wish("ann").will("wills/ann", "gone", DELAY)).breakOff();
        clock.advance(DELAY);

        open(new Wish("ann"));

        assertThat(seen()).containsExactly("gone");
    }

    @Test
    void isPublishedWhenTheClientComesBackWithACleanStart() {
        open(new Wish("ann").will("wills/ann", "gone", DELAY)).breakOff();

        open(new Wish("ann").clean());

        assertThat(seen()).containsExactly("gone");
    }

    @Test
    void isPublishedAtATakeoverWithoutADelay() {
        open(new Wish("ann").will("wills/ann", "first's", Duration.ZERO));

        open(new Wish("ann").will("wills/ann", "second's", Duration.ZERO));

        assertThat(seen()).containsExactly("first's");
    }

    @Test
    void isNotPublishedAtATakeoverWithADelay() {
        open(new Wish("ann").will("wills/ann", "first's", DELAY));

        open(new Wish("ann"));
        sweepAfter(Duration.ofHours(2));

        assertThat(seen()).isEmpty();
    }

    @Test
    void isPublishedAtATakeoverThatEndsTheSession() {
        open(new Wish("ann").will("wills/ann", "first's", DELAY));
        open(new Wish("ann").clean());
        open(new Wish("bob").expiry(Duration.ZERO).will("wills/bob", "bob's", DELAY));
        open(new Wish("bob"));

        assertThat(seen()).containsExactly("first's", "bob's");
    }

    @Test
    void isNotPublishedWhereItsClientMayNot() {
        open(new Wish("ann").will("closed/a", "gone", Duration.ZERO)).breakOff();
        open(new Wish("bob").will("no/+/name", "gone", Duration.ZERO)).breakOff();

        assertThat(seen()).isEmpty();
        assertThat(manager.sessions().all()).hasSize(3);
    }

    @Test
    void isPublishedAfterAKillOfTheServer() {
        open(new Wish("ann").will("wills/ann", "connected", Duration.ZERO));
        open(new Wish("bob").will("wills/bob", "delayed", DELAY)).breakOff();
        open(new Wish("cid").will("wills/cid", "goodbye", Duration.ZERO)).goodbye();
        open(new Wish("dan").will("wills/dan", "before", Duration.ZERO)).breakOff();
        assertThat(seen()).containsExactly("before");
        witness.session.acknowledged(1);
        runAll();

        restart();
        witness = open(new Wish("witness").expiry(SessionSpec.NEVER));
        assertThat(seen()).containsExactly("connected");
        sweepAfter(DELAY);

        assertThat(seen()).containsExactly("delayed");
    }

    @Test
    void waitsForTheNextStartWhenTheServerShutsDown() {
        open(new Wish("ann").will("wills/ann", "gone", Duration.ZERO));

        manager.endAll(CloseReason.SHUTDOWN);
        runAll();
        assertThat(seen()).isEmpty();
        restart();
        witness = open(new Wish("witness").expiry(SessionSpec.NEVER));

        assertThat(seen()).containsExactly("gone");
    }

    private void sweepAfter(Duration time) {
        clock.advance(time);
        manager.sessions().sweep();
    }

    private List<String> seen() {
        runAll();
        List<String> seen =
                witness.deliveries.stream()
                        .map(delivery -> delivery.message().payload().text())
                        .toList();
        witness.deliveries.clear();
        return seen;
    }

    private TestSession open(Wish wish) {
        var made = new TestSession(manager, wish);
        connections.add(made);
        runAll();
        runAll();
        return made;
    }

    private void runAll() {
        for (int i = 0; i < 3; i++) { // a task of one loop may wake another
            connections.forEach(TestSession::run);
        }
    }

    private void restart() {
        store = store.copy();
        manager = manager();
        manager.sessions().sweep();
    }

    private DefaultRealtimeManager manager() {
        var channels = new Channels(clock, new Channels.Settings(1000, 1_000_000, 50));
        channels.use(store);
        channels.follow(
                new RuleBook(
                        List.of(
                                new RealtimeManagerTest.Rules("#").build(),
                                new RealtimeManagerTest.Rules("closed/#")
                                        .allowed("none", "any")
                                        .build())));
        var made = new DefaultRealtimeManager(channels, Runnable::run);
        made.sessions().load();
        return made;
    }
}

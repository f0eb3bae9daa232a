// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.SessionSpec;
import dev.orion.manager.realtime.TestSession.Wish;
import dev.orion.message.Origin;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ClientInfo;
import dev.orion.store.StoreException.Reason;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {

    private final MovableClock clock = new MovableClock();
    private final List<TestSession> connections = new ArrayList<>();
    private FakeStore store = new FakeStore();
    private DefaultRealtimeManager manager = manager(SessionLimits.DEFAULT);

    @AfterEach
    void closeConnections() {
        for (TestSession connection : connections) {
            connection.channel.runPendingTasks();
            if (connection.session != null) {
                connection.session.close(true, Optional.of(Duration.ZERO));
            }
            connection.channel.finishAndReleaseAll();
        }
        FastThreadLocal.removeAll(); // this thread plays many event loops
    }

    // ---- new, present, clean start, takeover

    @Test
    void keepsWhatIsPublishedWhileNoConnectionHasTheSession() {
        TestSession first = open(new Wish("ann"));
        first.subscribe("a/#", Qos.AT_LEAST_ONCE);
        first.breakOff();
        publish("a/b", "one");
        publish("a/c", "two");

        TestSession second = open(new Wish("ann"));

        assertThat(first.events()).containsExactly("new", "subscribed true");
        assertThat(second.events()).containsExactly("present", "1 one", "2 two");
    }

    @Test
    void beginsAnewWithACleanStart() {
        TestSession first = open(new Wish("ann"));
        first.subscribe("a", Qos.AT_LEAST_ONCE);
        first.breakOff();
        publish("a", "one");

        TestSession second = open(new Wish("ann").clean());
        publish("a", "two");

        assertThat(second.events()).containsExactly("new");
        assertThat(manager.sessions().all()).hasSize(1);
        assertThat(store.size(SessionRecords.DELIVERIES)).isZero();
        assertThat(store.size(SessionRecords.MESSAGES)).isZero();
        assertThat(store.size(SessionRecords.SUBSCRIPTIONS)).isZero();
        assertThat(store.size(SessionRecords.SESSIONS)).isEqualTo(1);
    }

    @Test
    void endsWithItsConnectionWithoutAnExpiry() {
        TestSession first = open(new Wish("ann").expiry(Duration.ZERO));
        first.subscribe("a", Qos.AT_LEAST_ONCE);
        first.breakOff();

        assertThat(manager.sessions().all()).isEmpty();
        assertThat(store.records()).isZero();
        assertThat(open(new Wish("ann")).events()).containsExactly("new");
    }

    @Test
    void endsWhenItsTimeIsOver() {
        open(new Wish("ann").expiry(Duration.ofSeconds(10))).breakOff();
        open(new Wish("bob").expiry(SessionSpec.NEVER)).breakOff();

        clock.advance(Duration.ofSeconds(9));
        manager.sessions().sweep();
        assertThat(manager.sessions().all()).hasSize(2);
        clock.advance(Duration.ofSeconds(1));
        manager.sessions().sweep();

        assertThat(manager.sessions().all()).hasSize(1);
        assertThat(store.size(SessionRecords.SESSIONS)).isEqualTo(1);
    }

    @Test
    void isNotPresentWhenItsTimeIsOverAndNobodyHasSweptYet() {
        open(new Wish("ann").expiry(Duration.ofSeconds(10))).breakOff();

        clock.advance(Duration.ofSeconds(10));

        assertThat(open(new Wish("ann")).events()).containsExactly("new");
    }

    @Test
    void takesAnotherExpiryAtTheGoodbye() {
        TestSession ann = open(new Wish("ann").expiry(Duration.ofHours(1)));

        ann.session.close(true, Optional.of(Duration.ZERO));

        assertThat(manager.sessions().all()).isEmpty();
    }

    @Test
    void tellsTheEarlierConnectionOfATakeover() {
        TestSession first = open(new Wish("ann"));
        first.subscribe("a", Qos.AT_LEAST_ONCE);
        publish("a", "one");
        first.events();

        TestSession second = open(new Wish("ann"));
        runAll();

        assertThat(first.events()).containsExactly("disconnect " + CloseReason.TAKEN_OVER.code());
        assertThat(second.events()).containsExactly("present", "1 one again");
        assertThat(first.session.acknowledged(1)).isFalse();
        assertThat(second.session.acknowledged(1)).isTrue();
    }

    @Test
    void letsTakeoversHaveTheirTurns() {
        TestSession first = open(new Wish("ann"));
        first.subscribe("a", Qos.AT_LEAST_ONCE);
        TestSession second = open(new Wish("ann"));
        TestSession third = open(new Wish("ann"));

        runAll();
        publish("a", "one");
        runAll();

        assertThat(second.events())
                .containsExactly("present", "disconnect " + CloseReason.TAKEN_OVER.code());
        assertThat(third.events()).containsExactly("present", "1 one");
    }

    @Test
    void isAnothersWithAnotherUser() {
        open(new Wish("one").user("ann")).breakOff();

        assertThat(open(new Wish("one").user("bob")).events()).containsExactly("new");
        assertThat(open(new Wish("one").user("ann")).events()).containsExactly("present");
    }

    @Test
    void isAnothersWithOtherRoles() {
        TestSession admin = open(new Wish("one").user("", "admin"));

        assertThat(open(new Wish("one")).events()).containsExactly("new");
        assertThat(admin.events()).containsExactly("new");
    }

    @Test
    void refusesMoreSessionsThanThereMayBe() {
        manager = manager(new SessionLimits(1, 10, 1000, SessionLimits.WhenFull.DROP_NEWEST));
        open(new Wish("ann"));

        assertThat(open(new Wish("bob")).events()).containsExactly("refused 106");
    }

    @Test
    void keepsItsIdAndIsSeenWhileItIsConnected() {
        TestSession first = open(new Wish("ann").user("ann"));
        String id = first.session.id();
        assertThat(manager.clients()).extracting(ClientInfo::id).containsExactly(id);
        assertThat(manager.clientCount()).isEqualTo(1);

        first.breakOff();
        assertThat(manager.clients()).isEmpty();

        assertThat(open(new Wish("ann").user("ann")).session.id()).isEqualTo(id);
    }

    @Test
    void isDisconnectedWithItsUser() {
        TestSession ann = open(new Wish("ann").user("ann"));

        int count = manager.disconnect("ann", Optional.empty(), CloseReason.FORCE_DISCONNECT);
        runAll();

        assertThat(count).isEqualTo(1);
        assertThat(ann.events()).containsExactly("new", "disconnect 3503");
        assertThat(open(new Wish("ann").user("ann")).events()).containsExactly("present");
    }

    @Test
    void endsEveryConnectionAtTheEnd() {
        TestSession ann = open(new Wish("ann").will("w", "last", Duration.ZERO));

        manager.endAll(CloseReason.SHUTDOWN);
        runAll();

        assertThat(ann.events()).containsExactly("new", "disconnect 3001");
    }

    @Test
    void endsInTimeWhenItsProtocolClosesItAtOnce() {
        TestSession ann =
                new TestSession(manager, new Wish("ann").expiry(Duration.ofSeconds(1)), true);
        connections.add(ann);
        runAll();
        assertThat(manager.sessions().connections()).isEmpty();
        assertThat(manager.sessions().all()).hasSize(1);

        clock.advance(Duration.ofSeconds(1));
        manager.sessions().sweep();

        assertThat(manager.sessions().all()).isEmpty();
    }

    @Test
    void waitsForItsTimeOnceHoweverOftenItComesAndGoes() {
        for (int i = 0; i < 10; i++) {
            open(new Wish("ann")).breakOff();
            open(new Wish("bob").clean()).breakOff();
        }
        assertThat(manager.sessions().deadlines()).isEqualTo(2);

        open(new Wish("ann").expiry(Duration.ZERO).clean()).breakOff();
        open(new Wish("bob"));

        assertThat(manager.sessions().deadlines()).isZero();
    }

    // ---- deliveries

    @Test
    void sendsNoMoreAtOnceThanTheWindowAllows() {
        TestSession ann = open(new Wish("ann").window(2));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        ann.events();
        publish("a", "one");
        publish("a", "two");
        publish("a", "three");

        assertThat(ann.events()).containsExactly("1 one", "2 two");
        assertThat(ann.session.acknowledged(2)).isTrue();
        assertThat(ann.events()).containsExactly("3 three");
        assertThat(ann.session.acknowledged(2)).isFalse();
    }

    @Test
    void sendsWhatIsNotAcknowledgedAgainThenWhatWaitsThenWhatComes() {
        TestSession first = open(new Wish("ann").window(2));
        first.subscribe("a", Qos.EXACTLY_ONCE);
        for (String text : List.of("one", "two", "three", "four")) {
            publish("a", text, Qos.EXACTLY_ONCE);
        }
        first.run();
        first.received(1);
        first.breakOff();
        publish("a", "five", Qos.EXACTLY_ONCE);

        TestSession second = open(new Wish("ann").window(10));
        publish("a", "six", Qos.EXACTLY_ONCE);

        assertThat(second.events())
                .containsExactly(
                        "present",
                        "release 1",
                        "2 two again",
                        "3 three",
                        "4 four",
                        "5 five",
                        "6 six");
    }

    @Test
    void sendsNothingAgainOnTheSameConnection() {
        TestSession ann = open(new Wish("ann"));
        ann.subscribe("a", Qos.EXACTLY_ONCE);
        publish("a", "one", Qos.EXACTLY_ONCE);
        ann.events();

        ann.received(1);
        ann.received(1);
        publish("a", "two", Qos.EXACTLY_ONCE);

        assertThat(ann.events()).containsExactly("received 1 true", "received 1 true", "2 two");
        assertThat(ann.session.acknowledged(1)).isTrue();
    }

    @Test
    void releasesInTheOrderInWhichThePeerHasReceived() {
        TestSession first = open(new Wish("ann"));
        first.subscribe("a", Qos.EXACTLY_ONCE);
        publish("a", "one", Qos.EXACTLY_ONCE);
        publish("a", "two", Qos.EXACTLY_ONCE);
        first.run();
        first.received(2);
        first.received(1);
        first.breakOff();

        TestSession second = open(new Wish("ann"));

        assertThat(second.events()).containsExactly("present", "release 2", "release 1");
        restart();
        assertThat(open(new Wish("ann")).events())
                .containsExactly("present", "release 2", "release 1");
    }

    @Test
    void knowsNoDeliveryThatWasNotSent() {
        TestSession ann = open(new Wish("ann").window(1));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        publish("a", "one");
        publish("a", "two");
        ann.events();

        assertThat(ann.session.acknowledged(2)).isFalse();
        assertThat(ann.session.acknowledged(7)).isFalse();
        ann.received(1);
        assertThat(ann.events()).containsExactly("received 1 false");
    }

    @Test
    void dropsWhatIsOfNoUseAnyMoreUnlessItWasSent() {
        TestSession ann = open(new Wish("ann").window(1));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        Duration second = Duration.ofSeconds(1);
        manager.publish("a", TestSession.publication("sent", second), Origin.HOST);
        manager.publish("a", TestSession.publication("late", second), Origin.HOST);
        publish("a", "kept");
        ann.run();
        ann.breakOff();
        clock.advance(second);

        TestSession back = open(new Wish("ann"));

        assertThat(back.events()).containsExactly("present", "1 sent again", "3 kept");
        assertThat(store.size(SessionRecords.DELIVERIES)).isEqualTo(2);
    }

    @Test
    void usesNoIdTwiceWhileItIsInUse() {
        manager =
                manager(new SessionLimits(9, 60_000, 1L << 40, SessionLimits.WhenFull.DROP_NEWEST));
        TestSession ann = open(new Wish("ann").expiry(Duration.ZERO).window(0xffff));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        publish("a", "kept");
        ann.run();
        ann.acknowledgesAtOnce = true;
        for (int i = 0; i < 66_000; i++) {
            publish("a", "x");
            ann.run();
        }

        assertThat(ann.deliveries).filteredOn(delivery -> delivery.id() == 1).hasSize(1);
        assertThat(ann.deliveries.get(65_535).id()).isEqualTo(2);
        assertThat(ann.deliveries).allMatch(each -> each.id() > 0 && each.id() <= 0xffff);
    }

    @Test
    void waitsForASocketThatIsFull() {
        TestSession ann = open(new Wish("ann").expiry(Duration.ZERO));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        ann.events();
        ann.channel.stopReading();

        publish("a", "one");
        assertThat(ann.events()).isEmpty();
        ann.channel.readAgain();

        assertThat(ann.events()).containsExactly("1 one");
        ann.channel.releaseOutbound();
    }

    @Test
    void dropsTheNewestWhenTheQueueIsFull() {
        manager = manager(new SessionLimits(9, 2, 1000, SessionLimits.WhenFull.DROP_NEWEST));
        TestSession ann = open(new Wish("ann"));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        ann.breakOff();
        for (String text : List.of("one", "two", "three", "four")) {
            publish("a", text);
        }

        assertThat(open(new Wish("ann")).events()).containsExactly("present", "1 one", "2 two");
        assertThat(manager.sessions().dropped()).isEqualTo(2);
    }

    @Test
    void keepsToALimitOfItsOwnAlsoAfterARestart() {
        manager = manager(new SessionLimits(9, 1, 1000, SessionLimits.WhenFull.END_SESSION));
        TestSession ann = open(new Wish("ann").queue(3, 1000));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        ann.breakOff();
        publish("a", "one");
        publish("a", "two");

        restart();
        List.of("three", "four", "five").forEach(text -> publish("a", text));
        TestSession back = open(new Wish("ann").queue(3, 1000));

        assertThat(back.events()).containsExactly("present", "1 one", "2 two", "3 three");
        assertThat(back.session.backlog().messages()).isEqualTo(3);
        assertThat(back.session.backlog().dropped()).isEqualTo(2);
        back.session.acknowledged(1);
        back.breakOff();
        assertThat(back.session.backlog().messages()).isEqualTo(2);
    }

    @Test
    void tellsWhatItSubscribesTo() {
        TestSession ann = open(new Wish("ann"));
        ann.subscribe("a/#", Qos.AT_LEAST_ONCE);
        ann.breakOff();

        TestSession back = open(new Wish("ann"));
        back.subscribe("b", Qos.AT_LEAST_ONCE);

        assertThat(back.session.filters())
                .extracting(filter -> filter.channels().toString())
                .containsExactlyInAnyOrder("a/#", "b");
    }

    @Test
    void endsTheSessionWhenTheQueueIsFullAndThatIsWished() {
        manager = manager(new SessionLimits(9, 1, 1000, SessionLimits.WhenFull.END_SESSION));
        TestSession ann = open(new Wish("ann"));
        TestSession bob = open(new Wish("bob"));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        bob.subscribe("a", Qos.AT_LEAST_ONCE);
        bob.events();
        ann.breakOff();
        publish("a", "one");
        publish("a", "two");

        assertThat(bob.events()).containsExactly("1 one", "disconnect 3008");
        assertThat(manager.sessions().all()).isEmpty();
        assertThat(open(new Wish("ann")).events()).containsExactly("new");
        assertThat(store.size(SessionRecords.DELIVERIES)).isZero();
    }

    @Test
    void answersPublishersLaterWhileHalfOfTheQueueIsInUse() {
        manager = manager(new SessionLimits(9, 4, 10_000, SessionLimits.WhenFull.DROP_NEWEST));
        TestSession ann = open(new Wish("ann").expiry(Duration.ZERO));
        TestSession bob = open(new Wish("bob").expiry(Duration.ZERO));
        bob.subscribe("a", Qos.AT_LEAST_ONCE);
        bob.events();
        for (String text : List.of("one", "two", "three", "four")) {
            ann.publish("a", text, Qos.AT_LEAST_ONCE);
        }
        runAll();
        assertThat(ann.events()).containsExactly("new", "published", "published");

        bob.session.acknowledged(1);
        assertThat(ann.events()).isEmpty();
        bob.session.acknowledged(2);

        assertThat(ann.events()).containsExactly("published", "published");
    }

    @Test
    void waitsForNobodyWhoAcknowledgesNothing() {
        manager = manager(new SessionLimits(9, 4, 10_000, SessionLimits.WhenFull.DROP_NEWEST));
        TestSession ann = open(new Wish("ann").expiry(Duration.ZERO));
        TestSession bob = open(new Wish("bob").expiry(Duration.ZERO));
        bob.subscribe("a", Qos.AT_LEAST_ONCE);
        for (String text : List.of("one", "two", "three")) {
            ann.publish("a", text, Qos.AT_LEAST_ONCE);
        }
        ann.events();

        manager.sessions().sweep();
        ann.publish("a", "four", Qos.AT_LEAST_ONCE);

        assertThat(ann.events()).containsExactly("published", "published");
    }

    // ---- publishing

    @Test
    void publishesOnceUnderAnId() {
        TestSession ann = open(new Wish("ann"));
        TestSession bob = open(new Wish("bob"));
        bob.subscribe("a", Qos.EXACTLY_ONCE);
        bob.events();

        ann.publishOnce(7, "a", "one");
        ann.publishOnce(7, "a", "one");
        ann.breakOff();
        TestSession back = open(new Wish("ann"));
        back.publishOnce(7, "a", "one");
        assertThat(bob.events()).containsExactly("1 one");
        back.released(7);
        back.released(7);
        back.publishOnce(7, "a", "two");

        assertThat(back.events())
                .containsExactly(
                        "present",
                        "published 7",
                        "released 7 true",
                        "released 7 false",
                        "published 7");
        assertThat(bob.events()).containsExactly("2 two");
    }

    @Test
    void answersAPublicationWhenEverySessionThatIsStoredHasIt() {
        TestSession ann = open(new Wish("ann").expiry(Duration.ZERO));
        TestSession bob = open(new Wish("bob"));
        bob.subscribe("a", Qos.AT_LEAST_ONCE);
        ann.events();
        bob.events();

        store.hold();
        ann.publish("a", "one", Qos.AT_LEAST_ONCE);
        ann.publish("b", "nobody's", Qos.AT_LEAST_ONCE);
        assertThat(ann.events()).isEmpty();
        assertThat(bob.events()).isEmpty();
        store.goOn();

        assertThat(ann.events()).containsExactly("published", "published");
        assertThat(bob.events()).containsExactly("1 one");
    }

    @Test
    void claimsNothingWhenThereIsNoSpace() {
        TestSession ann = open(new Wish("ann"));
        TestSession bob = open(new Wish("bob"));
        bob.subscribe("a", Qos.EXACTLY_ONCE);
        ann.events();
        bob.events();

        store.refuse(Reason.FULL);
        ann.publishOnce(1, "a", "lost");
        ann.publish("a", "lost", Qos.AT_LEAST_ONCE);
        assertThat(ann.events())
                .containsExactly("published 1 refused 400", "published refused 400");
        assertThat(bob.events()).isEmpty();
        store.refuse(null);
        ann.publishOnce(1, "a", "one");

        assertThat(ann.events()).containsExactly("published 1");
        assertThat(bob.events()).containsExactly("3 one");
        assertThat(store.size(SessionRecords.MESSAGES)).isEqualTo(1);
    }

    @Test
    void refusesASubscriptionThatCannotBeStored() {
        TestSession ann = open(new Wish("ann"));
        ann.events();

        store.refuse(Reason.FULL);
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        store.refuse(null);
        publish("a", "one");

        assertThat(ann.events()).containsExactly("subscribed refused 400");
        assertThat(manager.sessions().channels().filters().size()).isZero();
    }

    @Test
    void refusesASessionThatCannotBeStored() {
        store.refuse(Reason.FULL);

        assertThat(open(new Wish("ann")).events()).containsExactly("refused 400");
        assertThat(manager.sessions().all()).isEmpty();
        store.refuse(null);
        assertThat(open(new Wish("ann")).events()).containsExactly("new");
    }

    @Test
    void waitsForTheFirstOfAnIdThatIsOnItsWay() {
        TestSession ann = open(new Wish("ann"));
        ann.events();

        store.hold();
        ann.publishOnce(1, "a", "one");
        ann.publishOnce(1, "a", "one");
        assertThat(ann.events()).isEmpty();
        store.goOn();

        assertThat(ann.events()).containsExactly("published 1", "published 1");
    }

    // ---- rights

    @ParameterizedTest
    @ValueSource(strings = {"closed/a", "closed/#", "closed/+/b", "$sys/#", "$sys/a"})
    void refusesWhatNoRuleCouldEverAllow(String filter) {
        TestSession ann = open(new Wish("ann"));
        ann.events();

        ann.subscribe(filter, Qos.AT_LEAST_ONCE);

        assertThat(ann.events()).containsExactly("subscribed refused 103");
    }

    @Test
    void deliversOnlyWhatItMaySubscribeTo() {
        TestSession ann = open(new Wish("ann"));
        TestSession reader = open(new Wish("reader").user("bob", "reader"));
        ann.subscribe("#", Qos.AT_LEAST_ONCE);
        reader.subscribe("#", Qos.AT_LEAST_ONCE);
        ann.events();
        reader.events();

        publish("closed/a", "secret");
        publish("open", "news");
        runAll();

        assertThat(ann.events()).containsExactly("1 news");
        assertThat(reader.events()).containsExactly("1 secret", "2 news");
    }

    // ---- after a kill

    @Test
    void goesOnAfterAKill() {
        TestSession first = open(new Wish("ann"));
        first.subscribe("a/#", Qos.EXACTLY_ONCE);
        first.publishOnce(9, "b", "mine");
        for (String text : List.of("one", "two", "three", "four")) {
            publish("a/x", text, Qos.EXACTLY_ONCE);
        }
        first.run();
        first.session.acknowledged(1);
        first.received(2);
        String id = first.session.id();

        restart();
        publish("a/y", "five", Qos.AT_LEAST_ONCE);
        TestSession back = open(new Wish("ann"));

        assertThat(back.session.id()).isEqualTo(id);
        assertThat(back.events())
                .containsExactly("present", "release 2", "3 three again", "4 four again", "5 five");
        back.publishOnce(9, "a/z", "mine");
        assertThat(back.events()).containsExactly("published 9");
        back.released(9);
        List.of(2, 3, 4, 5).forEach(back.session::acknowledged);
        back.run();
        assertThat(store.size(SessionRecords.DELIVERIES)).isZero();
        assertThat(store.size(SessionRecords.MESSAGES)).isZero();
        assertThat(store.size(SessionRecords.INBOUND)).isZero();
    }

    @Test
    void saysAgainAfterAKillOnlyOfWhatMayHaveBeenSent() {
        TestSession first = open(new Wish("ann").window(1));
        first.subscribe("a", Qos.AT_LEAST_ONCE);
        publish("a", "one");
        publish("a", "two");
        first.run();
        first.breakOff();
        publish("a", "three");

        restart();

        assertThat(open(new Wish("ann")).events())
                .containsExactly("present", "1 one again", "2 two", "3 three");
    }

    @Test
    void storesAMessageOnceForAllThatWaitForIt() {
        for (String name : List.of("ann", "bob", "cid")) {
            TestSession one = open(new Wish(name));
            one.subscribe("a", Qos.AT_LEAST_ONCE);
            one.breakOff();
        }
        publish("a", "one");
        assertThat(store.size(SessionRecords.MESSAGES)).isEqualTo(1);

        restart();
        for (String name : List.of("ann", "bob")) {
            TestSession one = open(new Wish(name));
            assertThat(one.session.acknowledged(1)).isTrue();
            one.run();
        }
        assertThat(store.size(SessionRecords.MESSAGES)).isEqualTo(1);
        open(new Wish("cid").clean());

        assertThat(store.size(SessionRecords.MESSAGES)).isZero();
        assertThat(store.size(SessionRecords.DELIVERIES)).isZero();
    }

    @Test
    void countsTheExpiryFromTheKillForWhoWasConnected() {
        open(new Wish("ann").expiry(Duration.ofSeconds(10)));
        TestSession bob = open(new Wish("bob").expiry(Duration.ofSeconds(10)));
        bob.breakOff();
        clock.advance(Duration.ofSeconds(8));

        restart();
        clock.advance(Duration.ofSeconds(3));
        manager.sessions().sweep();

        assertThat(manager.sessions().all())
                .extracting(session -> session.key.name())
                .containsExactly("ann");
    }

    @Test
    void leavesWhatItCannotReadAndTakesTheRest() {
        TestSession ann = open(new Wish("ann"));
        ann.subscribe("a", Qos.AT_LEAST_ONCE);
        ann.breakOff();
        publish("a", "one");
        store.damage(SessionRecords.MESSAGES);

        restart();

        assertThat(open(new Wish("ann")).events()).containsExactly("present");
        publish("a", "two");
        assertThat(connections.get(connections.size() - 1).events()).containsExactly("1 two");
    }

    @Test
    void answersWhenEverythingHasBeenLoaded() {
        open(new Wish("ann")).breakOff();
        manager = make(SessionLimits.DEFAULT);

        TestSession early = open(new Wish("ann"));
        assertThat(early.events()).isEmpty();
        manager.sessions().load();

        assertThat(early.events()).containsExactly("present");
    }

    @Test
    void livesInMemoryWithoutAStore() {
        store = null;
        manager = manager(SessionLimits.DEFAULT);
        TestSession first = open(new Wish("ann"));
        first.subscribe("a", Qos.AT_LEAST_ONCE);
        first.breakOff();
        publish("a", "one");

        assertThat(open(new Wish("ann")).events()).containsExactly("present", "1 one");
    }

    // ---- helpers

    private TestSession open(Wish wish) {
        var made = new TestSession(manager, wish);
        connections.add(made);
        for (int i = 0; i < 3; i++) {
            runAll();
        }
        return made;
    }

    private void runAll() {
        for (int i = 0; i < 3; i++) { // a task of one loop may wake another
            connections.forEach(TestSession::run);
        }
    }

    private void publish(String channel, String text) {
        publish(channel, text, Qos.AT_LEAST_ONCE);
    }

    private void publish(String channel, String text, Qos qos) {
        manager.publish(channel, TestSession.publication(text, qos), Origin.HOST);
    }

    /** The process is killed, and another one begins with what is stored. */
    private void restart() {
        store = store.copy();
        manager = manager(SessionLimits.DEFAULT);
    }

    private DefaultRealtimeManager manager(SessionLimits limits) {
        DefaultRealtimeManager made = make(limits);
        made.sessions().load();
        return made;
    }

    private DefaultRealtimeManager make(SessionLimits limits) {
        var channels = new Channels(clock, new Channels.Settings(1000, 1_000_000, 50));
        if (store != null) {
            channels.use(store);
        }
        channels.follow(
                new RuleBook(
                        List.of(
                                new RealtimeManagerTest.Rules("#").build(),
                                new RealtimeManagerTest.Rules("closed/#")
                                        .allowed("none", "role:reader")
                                        .build())));
        return new DefaultRealtimeManager(channels, Runnable::run, limits);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.message.ChannelPattern;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Reading;
import dev.orion.realtime.Allowed;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.SlowPolicy;
import dev.orion.realtime.StreamPosition;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealtimeManagerTest {

    private static final String LONG = "x".repeat(60_000);

    private final MovableClock clock = new MovableClock();
    private final Channels channels =
            new Channels(clock, new Channels.Settings(1000, 1_000_000, 4));
    private final DefaultRealtimeManager manager =
            new DefaultRealtimeManager(channels, Runnable::run);
    private final List<TestClient> clients = new ArrayList<>();

    @BeforeEach
    void configure() {
        channels.follow(
                new RuleBook(
                        List.of(
                                new Rules("#").build(),
                                new Rules("kept/#").history(3).build(),
                                new Rules("seen/#").presence().build(),
                                new Rules("news/#").broadcast().build(),
                                new Rules("closed/#").allowed("none", "role:reader").build(),
                                new Rules("paced/#").rate(2).build(),
                                new Rules("oldest/#").slow(SlowPolicy.DROP_OLDEST).build(),
                                new Rules("latest/#").slow(SlowPolicy.LATEST).build())));
    }

    @AfterEach
    void closeClients() {
        clients.forEach(client -> client.client.close());
        clients.forEach(TestClient::run);
        clients.forEach(client -> client.channel.finishAndReleaseAll());
        FastThreadLocal.removeAll(); // this thread plays many event loops
    }

    @Test
    void deliversToEverySubscriberInOrder() {
        TestClient ann = client("ann");
        TestClient bob = client("bob");
        ann.subscribe("chat");
        bob.subscribe("chat");
        runAll();

        ann.publish("chat", "one");
        bob.publish("chat", "two");
        runAll();

        assertThat(ann.lines()).containsExactly("chat=one", "chat=two");
        assertThat(bob.lines()).containsExactly("chat=one", "chat=two");
        assertThat(ann.events).containsExactly("on @0", "published @0");
    }

    @Test
    void deliversNothingAfterUnsubscribe() {
        TestClient ann = client("ann");
        ann.subscribe("chat");
        runAll();

        boolean was = ann.client.unsubscribe("chat");
        manager.publish("chat", Payload.text("late"));
        runAll();

        assertThat(was).isTrue();
        assertThat(ann.lines()).isEmpty();
        assertThat(manager.channels()).isEmpty();
    }

    @Test
    void answersASubscriptionBeforeTheFirstDelivery() {
        TestClient ann = client("ann");

        ann.subscribe("chat");
        manager.publish("chat", Payload.text("first"));
        assertThat(ann.events).isEmpty();
        runAll();

        assertThat(ann.events).containsExactly("on @0");
        assertThat(ann.lines()).containsExactly("chat=first");
    }

    @Test
    void givesATurnsMessagesAsOneWrite() {
        TestClient ann = client("ann");
        ann.subscribe("chat");
        runAll();

        for (int i = 0; i < 100; i++) {
            ann.publish("chat", "m" + i);
        }
        runAll();

        assertThat(ann.channel.outboundMessages()).hasSize(1);
        assertThat(ann.lines()).hasSize(100);
    }

    @Test
    void refusesWithTheRightCode() {
        TestClient ann = client("ann");
        ann.subscribe("chat");
        runAll();
        ann.events.clear();

        ann.subscribe("chat");
        ann.subscribe("a/+");
        ann.subscribe("closed/a");
        ann.publish("closed/a", "x");
        ann.publish("chat", "y".repeat(70_000));
        ann.client.presence("chat", ann.reply());
        ann.client.history("chat", HistoryQuery.ALL, ann.reply());

        assertThat(ann.events)
                .containsExactly(
                        "refused 105",
                        "refused 107",
                        "refused 103",
                        "refused 103",
                        "refused 106",
                        "refused 108",
                        "refused 108");
    }

    @Test
    void letsARoleInThatTheRulesName() {
        TestClient reader = client("ann", "reader");

        reader.subscribe("closed/a");
        runAll();

        assertThat(reader.events).containsExactly("on @0");
    }

    @Test
    void limitsTheChannelsOfAClient() {
        TestClient ann = client("ann");

        for (int i = 0; i < 6; i++) {
            ann.subscribe("c" + i);
        }
        runAll();

        assertThat(ann.events).filteredOn("refused 106"::equals).hasSize(2);
        assertThat(ann.events).filteredOn("on @0"::equals).hasSize(4);
    }

    @Test
    void limitsTheRateOfAClient() {
        TestClient ann = client("ann");

        ann.publish("paced/a", "1");
        ann.publish("paced/a", "2");
        ann.publish("paced/a", "3");
        clock.advance(Duration.ofMillis(500));
        ann.publish("paced/a", "4");

        assertThat(ann.events)
                .containsExactly("published @0", "published @0", "refused 111", "published @0");
    }

    @Test
    void keepsTheNewestMessages() {
        for (int i = 1; i <= 5; i++) {
            manager.publish("kept/a", Payload.text("m" + i));
        }

        var history = now(manager.history("kept/a", HistoryQuery.ALL));

        assertThat(history.messages())
                .extracting(message -> message.payload().text())
                .containsExactly("m3", "m4", "m5");
        assertThat(history.top().offset()).isEqualTo(5);
    }

    @Test
    void readsHistoryFromAPositionBothWays() {
        for (int i = 1; i <= 3; i++) {
            manager.publish("kept/a", Payload.text("m" + i));
        }
        StreamPosition top = now(manager.history("kept/a", HistoryQuery.ALL)).top();
        var second = new StreamPosition(2, top.epoch());

        var after =
                now(manager.history("kept/a", new HistoryQuery(10, Optional.of(second), false)));
        var before =
                now(manager.history("kept/a", new HistoryQuery(10, Optional.of(second), true)));

        assertThat(after.messages()).extracting(message -> message.offset()).containsExactly(3L);
        assertThat(before.messages()).extracting(message -> message.offset()).containsExactly(1L);
    }

    @Test
    void refusesAPositionOfAnotherEpoch() {
        manager.publish("kept/a", Payload.text("m"));
        TestClient ann = client("ann");
        var foreign = Optional.of(new StreamPosition(1, "other"));

        ann.client.history("kept/a", new HistoryQuery(10, foreign, false), ann.reply());
        runAll();

        assertThat(ann.events).containsExactly("refused 112");
    }

    @Test
    void forgetsWhatIsTooOld() {
        manager.publish("kept/a", Payload.text("m1"));
        clock.advance(Duration.ofSeconds(9));
        manager.publish("kept/a", Payload.text("m2"));
        clock.advance(Duration.ofSeconds(2));

        channels.expire();

        assertThat(manager.channels().get(0).history()).isEqualTo(1);
        clock.advance(Duration.ofHours(2));
        channels.expire();
        channels.expire();
        assertThat(manager.channels()).isEmpty();
        assertThat(channels.keptBytes().sum()).isZero();
    }

    @Test
    void recoversWhatWasMissed() {
        TestClient ann = client("ann");
        ann.subscribe("kept/a");
        runAll();
        ann.publish("kept/a", "m1");
        runAll();
        StreamPosition seen = now(manager.history("kept/a", HistoryQuery.ALL)).top();
        ann.client.unsubscribe("kept/a");
        manager.publish("kept/a", Payload.text("m2"));
        manager.publish("kept/a", Payload.text("m3"));
        ann.events.clear();

        ann.recover("kept/a", seen);
        runAll();

        assertThat(ann.events).containsExactly("on @3 recovered=true missed=[m2, m3]");
    }

    @Test
    void saysWhenSomethingIsMissedForGood() {
        for (int i = 0; i < 6; i++) {
            manager.publish("kept/a", Payload.text("m" + i));
        }
        StreamPosition top = now(manager.history("kept/a", HistoryQuery.ALL)).top();
        TestClient ann = client("ann");

        ann.recover("kept/a", new StreamPosition(2, top.epoch()));
        ann.client.unsubscribe("kept/a");
        runAll();
        ann.recover("kept/a", new StreamPosition(6, "other"));
        runAll();

        assertThat(ann.events).containsExactly("refused 108", "on @6 recovered=false");
    }

    @Test
    void removesHistoryButGoesOnCounting() {
        manager.publish("kept/a", Payload.text("m1"));

        now(manager.removeHistory("kept/a"));
        manager.publish("kept/a", Payload.text("m2"));

        var history = now(manager.history("kept/a", HistoryQuery.ALL));
        assertThat(history.messages()).extracting(message -> message.offset()).containsExactly(2L);
    }

    @Test
    void knowsWhoIsOnAChannel() {
        TestClient ann = client("ann");
        TestClient bob = client("bob");
        TestClient bobAgain = client("bob");
        List.of(ann, bob, bobAgain).forEach(client -> client.subscribe("seen/a"));
        runAll();

        CompletionStage<List<Member>> members = manager.presence("seen/a");
        var stats = manager.presenceStats("seen/a");
        runAll();

        assertThat(now(members)).extracting(Member::user).containsOnly("ann", "bob").hasSize(3);
        assertThat(now(stats).clients()).isEqualTo(3);
        assertThat(now(stats).users()).isEqualTo(2);
    }

    @Test
    void tellsWhoComesAndGoes() {
        TestClient ann = client("ann");
        ann.watch("seen/a");
        runAll();
        ann.lines();

        TestClient bob = client("bob");
        bob.subscribe("seen/a");
        runAll();
        bob.client.close();
        runAll();

        assertThat(ann.lines()).containsExactly("+bob", "-bob");
    }

    @Test
    void tellsOnlyThoseWhoAskWhoComesAndGoes() {
        TestClient ann = client("ann");
        TestClient bob = client("bob");
        ann.watch("seen/a");
        bob.subscribe("seen/a");
        runAll();
        ann.lines();

        ann.publish("seen/a", "m");
        TestClient eve = client("eve");
        eve.subscribe("seen/a");
        runAll();

        assertThat(ann.lines()).containsExactly("seen/a=m", "+eve");
        assertThat(bob.lines()).containsExactly("seen/a=m");
        assertThat(eve.lines()).isEmpty();
    }

    @Test
    void tellsNobodyOfAClientThatLeavesBeforeItWasOnTheChannel() {
        TestClient ann = client("ann");
        ann.watch("seen/a");
        runAll();
        ann.lines();

        TestClient bob = client("bob");
        bob.subscribe("seen/a");
        bob.client.unsubscribe("seen/a");
        runAll();

        assertThat(ann.lines()).isEmpty();
    }

    @Test
    void tellsOfNoChangeWhenAChannelBecomesABroadcast() {
        TestClient ann = client("ann");
        TestClient bob = client("bob");
        ann.watch("seen/a");
        bob.subscribe("seen/a");
        runAll();
        ann.lines();

        channels.follow(new RuleBook(List.of(new Rules("seen/#").presence().broadcast().build())));
        runAll();

        assertThat(ann.lines()).isEmpty();
        assertThat(manager.channels().get(0).subscribers()).isEqualTo(2);
    }

    @Test
    void tellsOnceOfAClientThatIsInvitedTwice() {
        channels.follow(new RuleBook(List.of(new Rules("door/#").presence().broadcast().build())));
        TestClient bob = client("bob");
        TestClient ann = client("ann");
        ann.watch("door/a"); // begins the channel, which invites everybody
        channels.ifLive(
                "door/a",
                ((Session) bob.client).memberships()::invite); // bob came at the same time
        runAll();

        assertThat(ann.lines()).containsOnlyOnce("+bob").doesNotContain("-bob");
        assertThat(bob.events).containsExactly("subscribed door/a");
    }

    @Test
    void broadcastsToEveryClientFromTheFirstMessageOn() {
        TestClient early = client("ann");
        manager.publish("news/today", Payload.text("n1"));
        runAll();
        TestClient late = client("bob");
        runAll();
        manager.publish("news/today", Payload.text("n2"));
        runAll();

        assertThat(early.events).containsExactly("subscribed news/today");
        assertThat(early.lines()).containsExactly("news/today=n1", "news/today=n2");
        assertThat(late.events).containsExactly("subscribed news/today");
        assertThat(late.lines()).containsExactly("news/today=n2");
    }

    @Test
    void letsOnlyARoleBroadcast() {
        TestClient ann = client("ann");
        TestClient editor = client("eve", "publisher");

        ann.publish("news/today", "spam");
        editor.publish("news/today", "news");
        runAll();

        assertThat(ann.events).contains("refused 103");
        assertThat(ann.lines()).containsExactly("news/today=news");
    }

    @Test
    void putsAUserOnAChannelAndTakesItOff() {
        TestClient ann = client("ann");

        CompletionStage<Integer> put =
                manager.subscribeUser("ann", Optional.of(ann.client.id()), "chat");
        runAll();
        manager.publish("chat", Payload.text("hi"));
        runAll();
        CompletionStage<Integer> taken = manager.unsubscribeUser("ann", Optional.empty(), "chat");
        runAll();
        manager.publish("chat", Payload.text("gone"));
        runAll();

        assertThat(now(put)).isOne();
        assertThat(now(taken)).isOne();
        assertThat(ann.lines()).containsExactly("chat=hi");
        assertThat(ann.events).containsExactly("subscribed chat", "unsubscribed chat");
    }

    @Test
    void disconnectsAUser() {
        TestClient ann = client("ann");
        TestClient bob = client("bob");

        int count = manager.disconnect("ann", Optional.empty(), CloseReason.FORCE_DISCONNECT);
        runAll();

        assertThat(count).isOne();
        assertThat(ann.events).containsExactly("disconnect 3503");
        assertThat(bob.events).isEmpty();
        assertThat(manager.clientCount()).isOne();
    }

    @Test
    void disconnectsAClientThatReadsTooSlowly() {
        TestClient slow = client("ann");
        TestClient quick = client("bob");
        slow.subscribe("chat");
        quick.subscribe("chat");
        runAll();
        slow.channel.stopReading();

        manager.publish("chat", Payload.text("m"));
        runAll();

        assertThat(slow.events).contains("disconnect 3008");
        assertThat(quick.lines()).containsExactly("chat=m");
    }

    @Test
    void dropsTheOldestWhereTheRulesSaySo() {
        TestClient slow = client("ann");
        slow.subscribe("oldest/a");
        runAll();
        slow.channel.stopReading();

        for (int i = 0; i < 40; i++) {
            manager.publish("oldest/a", Payload.text(i + LONG));
            runAll();
        }
        List<String> lines = slow.readAgain();

        assertThat(lines).hasSizeBetween(10, 20);
        assertThat(lines.get(lines.size() - 1)).isEqualTo("oldest/a=39" + LONG);
        assertThat(slow.events).doesNotContain("disconnect 3008");
    }

    @Test
    void keepsOnlyTheLatestWhereTheRulesSaySo() {
        TestClient slow = client("ann");
        slow.subscribe("latest/a");
        runAll();
        slow.channel.stopReading();

        manager.publish("latest/a", Payload.text("1"));
        runAll();
        manager.publish("latest/a", Payload.text("2"));
        manager.publish("latest/a", Payload.text("3"));
        runAll();

        assertThat(slow.readAgain()).containsExactly("latest/a=3");
    }

    @Test
    void forgetsWhatWaitsFromAChannelThatTheClientLeaves() {
        TestClient slow = client("ann");
        slow.subscribe("oldest/a");
        slow.subscribe("oldest/b");
        runAll();
        slow.channel.stopReading();
        manager.publish("oldest/a", Payload.text("1"));
        manager.publish("oldest/b", Payload.text("2"));
        runAll();

        slow.client.unsubscribe("oldest/a");

        assertThat(slow.readAgain()).containsExactly("oldest/b=2");
    }

    @Test
    void answersASubscribeThatIsTakenBackAtOnce() {
        TestClient ann = client("ann");

        ann.subscribe("chat");
        ann.client.unsubscribe("chat");
        runAll();

        assertThat(ann.events).containsExactly("refused 108");
        assertThat(manager.channels()).isEmpty();
    }

    @Test
    void refusesAPublisherThatGoesOnWhileItIsPaused() {
        TestClient ann = client("ann");
        TestClient bob = client("bob");
        ann.subscribe("chat");
        runAll();

        for (int i = 0; i < 400; i++) {
            bob.publish("chat", LONG);
        }

        assertThat(Reading.isPaused(bob.channel)).isTrue();
        assertThat(bob.events).contains("published @0").endsWith("refused 111");
        runAll();
        assertThat(Reading.isPaused(bob.channel)).isFalse();
        bob.publish("chat", "more");
        assertThat(bob.events).endsWith("published @0");
    }

    @Test
    void answersPublicationsInTheOrderOfTheirCommands() {
        TestClient ann = client("ann");
        LiveChannel busy = busyChannel("kept/a");

        ann.publish("kept/a", "1");
        ann.publish("chat", "2");
        ann.publish("closed/a", "3");
        assertThat(ann.events).isEmpty();
        busy.leave();
        runAll();
        ann.publish("chat", "4");

        assertThat(ann.events)
                .containsExactly("published @1", "published @0", "refused 103", "published @0");
    }

    @Test
    void answersAPublicationThatFailsInsideTheChannel() {
        TestClient ann = client("ann");
        LiveChannel busy = busyChannel("kept/a");

        ann.publish("kept/a", "1");
        ann.publish("chat", "2");
        clock.breakDown(true);
        busy.leave();
        clock.breakDown(false);
        runAll();

        assertThat(ann.events).containsExactly("refused 100", "published @0");
    }

    @Test
    void keepsTheOrderOfMessagesThatWaitForAChannelWithNothingLeft() {
        TestClient ann = client("ann");
        LiveChannel busy = busyChannel("kept/a");

        ann.publish("kept/a", "1");
        ann.publish("kept/a", "2");
        busy.leave(); // nothing was left in it but for the two
        ann.publish("kept/a", "3");

        var history = now(manager.history("kept/a", HistoryQuery.ALL));
        assertThat(history.messages())
                .extracting(message -> message.offset() + message.payload().text())
                .containsExactly("11", "22", "33");
    }

    @Test
    void opensAChannelByTheRulesOfThatMoment() {
        ChannelRules before = channels.rules("kept/a").orElseThrow();
        channels.follow(new RuleBook(List.of(new Rules("kept/#").history(10).build())));

        channels.with(
                "kept/a",
                before,
                found ->
                        found.publish(
                                Publication.of(Payload.text("m")), Origin.HOST, new Commit()));

        assertThat(channels.rules("kept/a").orElseThrow().history()).isEqualTo(10);
    }

    @Test
    void endsAClientThatIsOpenedWhileAllAreEnded() {
        TestClient early = client("ann");

        var ended = manager.endAll(CloseReason.SHUTDOWN);
        TestClient late = client("bob");
        runAll();

        assertThat(ended.toCompletableFuture()).isDone();
        assertThat(early.events).containsExactly("disconnect 3001");
        assertThat(late.events).containsExactly("disconnect 3001");
        assertThat(manager.clientCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"broken", "fatal"})
    void losesOnlyTheMessageThatAWireFormCannotWrite(String bad) {
        TestClient ann = client("ann");
        TestClient bob = client("bob");
        ann.subscribe("chat");
        bob.subscribe("chat");
        runAll();

        for (String text : List.of(bad, "one", bad, "two")) {
            manager.publish("chat", Payload.text(text));
        }
        runAll();

        assertThat(ann.lines()).containsExactly("chat=one", "chat=two");
        assertThat(bob.lines()).containsExactly("chat=one", "chat=two");
    }

    @Test
    void leavesNothingOnAThreadWhoseClientsHaveGone() {
        TestClient ann = client("ann");
        assertThat(Lane.current()).isNotNull();

        ann.client.close();

        assertThat(Lane.current()).isNull();
    }

    @Test
    void keepsNoMoreHistoryOfOneChannelThanThereIsRoomFor() {
        channels.follow(new RuleBook(List.of(new Rules("kept/#").history(100).build())));

        for (int i = 0; i < 40; i++) {
            manager.publish("kept/a", Payload.text(i + LONG));
        }

        var history = now(manager.history("kept/a", HistoryQuery.ALL));
        assertThat(history.messages()).hasSizeBetween(10, 17);
        assertThat(history.top().offset()).isEqualTo(40);
    }

    @Test
    void growsAHistoryWhileItIsLive() {
        for (int i = 0; i < 4; i++) {
            manager.publish("kept/a", Payload.text("m" + i));
        }
        String epoch = now(manager.history("kept/a", HistoryQuery.ALL)).top().epoch();

        channels.follow(new RuleBook(List.of(new Rules("kept/#").history(10).build())));
        for (int i = 4; i < 8; i++) {
            manager.publish("kept/a", Payload.text("m" + i));
        }

        var history = now(manager.history("kept/a", HistoryQuery.ALL));
        assertThat(history.messages()).hasSize(7);
        assertThat(history.top()).isEqualTo(new StreamPosition(8, epoch));
    }

    @Test
    void refusesMoreHistoryThanThereIsRoomFor() {
        for (int i = 0; i < 20; i++) {
            manager.publish("kept/" + i, Payload.text(LONG));
        }

        assertThat(manager.publish("kept/more", Payload.text("m")).toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void deliversToAHostSubscription() {
        var received = new ArrayList<String>();
        var subscription =
                manager.subscribe("chat", message -> received.add(message.payload().text()));

        manager.publish("chat", Payload.text("one"));
        runAll();
        subscription.close();
        manager.publish("chat", Payload.text("two"));
        runAll();

        assertThat(received).containsExactly("one");
        assertThat(manager.channels()).isEmpty();
    }

    @Test
    void refusesANameThatCannotBeAChannels() {
        assertThatThrownBy(() -> manager.publish("a/#", Payload.text("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a/#");
    }

    private TestClient client(String user, String... roles) {
        var made = new TestClient(manager, user, roles);
        clients.add(made);
        made.run();
        return made;
    }

    private void runAll() {
        for (int i = 0; i < 3; i++) { // a task of one loop may wake another
            clients.forEach(TestClient::run);
        }
    }

    /** A channel that another thread is inside of. */
    private LiveChannel busyChannel(String name) {
        LiveChannel channel = channels.open(name, channels.rules(name).orElseThrow());
        assertThat(channel.tryEnter()).isTrue();
        return channel;
    }

    private static <T> T now(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    /** Builds rules with good defaults. */
    static final class Rules {
        private final String pattern;
        private ChannelKind kind = ChannelKind.PUBLIC;
        private int history;
        private boolean retain = true;
        private boolean presence;
        private double rate;
        private SlowPolicy slow = SlowPolicy.DISCONNECT;
        private String publish = "any";
        private String subscribe = "any";

        Rules(String pattern) {
            this.pattern = pattern;
        }

        Rules history(int messages) {
            history = messages;
            return this;
        }

        Rules noRetain() {
            retain = false;
            return this;
        }

        Rules presence() {
            presence = true;
            return this;
        }

        Rules broadcast() {
            kind = ChannelKind.BROADCAST;
            publish = "role:publisher";
            return this;
        }

        Rules allowed(String publishers, String subscribers) {
            publish = publishers;
            subscribe = subscribers;
            return this;
        }

        Rules rate(double perSecond) {
            rate = perSecond;
            return this;
        }

        Rules slow(SlowPolicy policy) {
            slow = policy;
            return this;
        }

        ChannelRules build() {
            return new ChannelRules(
                    pattern,
                    ChannelPattern.parse(pattern),
                    kind,
                    history,
                    Duration.ofSeconds(10),
                    retain,
                    presence,
                    presence,
                    65_536,
                    rate,
                    slow,
                    Allowed.parse(publish),
                    Allowed.parse(subscribe));
        }
    }
}

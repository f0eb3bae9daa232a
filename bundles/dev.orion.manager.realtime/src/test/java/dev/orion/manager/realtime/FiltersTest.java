// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.RefusedException;
import dev.orion.realtime.SlowPolicy;
import dev.orion.realtime.Subscription;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FiltersTest {

    private final Channels channels =
            new Channels(
                    Clock.systemUTC(), new Channels.Settings(16, 1_000_000, 100, 8, 100, 1 << 20));
    private final DefaultRealtimeManager manager =
            new DefaultRealtimeManager(channels, Runnable::run);
    private final List<TestInbox> inboxes = new ArrayList<>();

    @BeforeEach
    void configure() {
        channels.follow(
                new RuleBook(
                        List.of(
                                new RealtimeManagerTest.Rules("#").build(),
                                new RealtimeManagerTest.Rules("$own/#").build(),
                                new RealtimeManagerTest.Rules("kept/#").history(3).build(),
                                new RealtimeManagerTest.Rules("oldest/#")
                                        .slow(SlowPolicy.DROP_OLDEST)
                                        .build(),
                                new RealtimeManagerTest.Rules("closed/#")
                                        .allowed("any", "role:reader")
                                        .build())));
    }

    @AfterEach
    void close() {
        inboxes.forEach(TestInbox::close);
        FastThreadLocal.removeAll(); // this thread plays many event loops
        assertThat(channels.filters().size()).isZero();
        assertThat(channels.filters().filters()).isZero();
    }

    @Test
    void deliversFromChannelsThatComeLater() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/+", Qos.AT_MOST_ONCE);

        publish("a/b", "1");
        publish("a", "2");
        publish("a/b/c", "3");
        publish("a/c", "4");

        assertThat(ann.lines()).containsExactly("a/b=1", "a/c=4");
        assertThat(ann.kept).isEmpty();
    }

    @Test
    void deliversFromChannelsThatAreThere() {
        manager.publish("kept/a", Payload.text("old"));
        TestInbox ann = inbox("ann").connect();

        ann.subscribe("kept/#", Qos.AT_MOST_ONCE);
        publish("kept/a", "new");

        assertThat(ann.lines()).containsExactly("kept/a@2=new");
    }

    @Test
    void deliversNothingAfterUnsubscribe() {
        TestInbox ann = inbox("ann").connect();
        TestInbox bob = inbox("bob").connect();
        ann.subscribe("a/#", Qos.AT_LEAST_ONCE);
        bob.subscribe("a/#", Qos.AT_MOST_ONCE);
        publish("a", "1");
        ann.lines();

        ann.unsubscribe("a/#");
        publish("a", "2");

        assertThat(ann.lines()).isEmpty();
        assertThat(ann.kept).containsExactly("a=1");
        assertThat(bob.lines()).containsExactly("a=1", "a=2");
    }

    @Test
    void deliversNothingThatWasPublishedBefore() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        TestInbox bob = new TestInbox(channels, "bob").connect();
        inboxes.add(bob);

        publish("a", "1");
        bob.subscribe("a/#", Qos.AT_MOST_ONCE);
        publish("a", "2");

        assertThat(bob.lines()).containsExactly("a=2");
    }

    @Test
    void givesTheWeakerQualityOfBoth() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.EXACTLY_ONCE);
        TestInbox bob = inbox("bob").connect();
        bob.subscribe("a/#", Qos.AT_MOST_ONCE);

        publish("a", "0", Qos.AT_MOST_ONCE, Origin.HOST);
        publish("a", "1", Qos.AT_LEAST_ONCE, Origin.HOST);

        assertThat(ann.lines()).containsExactly("a=0");
        assertThat(ann.kept).containsExactly("a=1");
        assertThat(bob.lines()).containsExactly("a=0", "a=1");
    }

    @Test
    void keepsForTheDisconnectedWhatIsToBeKept() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_LEAST_ONCE);
        ann.subscribe("b", Qos.AT_MOST_ONCE);

        ann.disconnect();
        publish("a", "0", Qos.AT_MOST_ONCE, Origin.HOST);
        publish("a", "1", Qos.AT_LEAST_ONCE, Origin.HOST);
        publish("b", "2");
        ann.connect();
        publish("b", "3");

        assertThat(ann.lines()).containsExactly("b=3");
        assertThat(ann.kept).containsExactly("a=1");
    }

    @Test
    void leavesOutOnesOwnWhereAsked() {
        var noLocal =
                new FilterOptions(Qos.AT_LEAST_ONCE, true, false, FilterOptions.Retained.ALL, 0);
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", noLocal);
        TestInbox bob = inbox("bob").connect();
        bob.subscribe("a/#", noLocal);

        publish("a", "0", Qos.AT_MOST_ONCE, new Origin("ann", "", "test"));
        publish("a", "1", Qos.AT_LEAST_ONCE, new Origin("ann", "", "test"));

        assertThat(ann.lines()).isEmpty();
        assertThat(ann.kept).isEmpty();
        assertThat(bob.lines()).containsExactly("a=0");
        assertThat(bob.kept).containsExactly("a=1");
    }

    @Test
    void changesWhatASubscriptionWants() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        publish("a", "1");

        ann.subscribe("a/#", Qos.EXACTLY_ONCE);
        publish("a", "2");
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        publish("a", "3");

        assertThat(ann.lines()).containsExactly("a=1", "a=3");
        assertThat(ann.kept).containsExactly("a=2");
        assertThat(channels.filters().size()).isEqualTo(1);
    }

    @Test
    void leavesOutChannelsThatTheSessionMayNotHave() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("#", Qos.AT_LEAST_ONCE);
        TestInbox reader = new TestInbox(channels, "bob", "reader").connect();
        inboxes.add(reader);
        reader.subscribe("#", Qos.AT_LEAST_ONCE);

        for (Qos qos : List.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE)) {
            publish("open", "1", qos, Origin.HOST);
            publish("closed/a", "2", qos, Origin.HOST);
            publish("open", "3", qos, Origin.HOST);
        }

        assertThat(ann.lines()).containsExactly("open=1", "open=3");
        assertThat(ann.kept).containsExactly("open=1", "open=3");
        assertThat(reader.lines()).containsExactly("open=1", "closed/a=2", "open=3");
        assertThat(reader.kept).containsExactly("open=1", "closed/a=2", "open=3");
    }

    @Test
    void neverMatchesADollarByAWildcard() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("#", Qos.AT_MOST_ONCE);
        ann.subscribe("+/a", Qos.AT_MOST_ONCE);
        TestInbox bob = inbox("bob").connect();
        bob.subscribe("$own/#", Qos.AT_MOST_ONCE);

        publish("$own/a", "1");

        assertThat(ann.lines()).isEmpty();
        assertThat(bob.lines()).containsExactly("$own/a=1");
    }

    @Test
    void givesATurnsMessagesOfManyChannelsAsOneWrite() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("#", Qos.AT_MOST_ONCE);

        for (int i = 0; i < 10; i++) {
            publish("c" + i, "m");
        }
        ann.channel.runPendingTasks();

        assertThat(ann.channel.outboundMessages()).hasSize(1);
        assertThat(ann.lines()).hasSize(10);
    }

    @Test
    void doesWhatEachChannelsRulesSayForTheSlow() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("#", Qos.AT_MOST_ONCE);
        ann.channel.stopReading();

        publish("oldest/a", "1");
        publish("oldest/b", "2");
        ann.channel.runPendingTasks();

        ann.channel.readAgain();
        assertThat(ann.lines())
                .filteredOn(line -> !line.isEmpty())
                .containsExactly("oldest/a=1", "oldest/b=2");
    }

    @Test
    void survivesAWireFormThatBreaks() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);

        publish("a", "1");
        publish("a", "broken");
        publish("a", "2");

        assertThat(ann.lines()).containsExactly("a=1", "a=2");
    }

    @Test
    void refusesMoreSubscriptionsThanAllowed() {
        TestInbox ann = inbox("ann").connect();
        for (int i = 0; i < 8; i++) {
            ann.subscribe("a/" + i, Qos.AT_MOST_ONCE);
        }
        var filter = new Filter(ChannelPattern.parse("b"), "");

        assertThat(channels.filters().subscribe(ann, filter, TestInbox.options(Qos.AT_MOST_ONCE)))
                .isNull();
        assertThatThrownBy(() -> manager.subscribe("b/#", message -> {}))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void opensNoChannelWhenNobodyListens() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);

        publish("b", "1");

        assertThat(channels.all()).isEmpty();
    }

    @Test
    void letsIdleChannelsGoThatOnlyFiltersMatch() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        publish("a/1", "x");
        assertThat(manager.channels()).extracting(ChannelInfo::subscribers).containsExactly(1);

        channels.expire();
        assertThat(channels.all()).hasSize(1);
        channels.expire();

        assertThat(channels.all()).isEmpty();
        publish("a/1", "y");
        assertThat(ann.lines()).containsExactly("a/1=x", "a/1=y");
    }

    @Test
    void publishesToMoreChannelsThanMayLive() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_LEAST_ONCE);

        for (int i = 0; i < 1000; i++) {
            publish("a/" + i, "x");
            assertThat(channels.all().size()).isLessThanOrEqualTo(16);
        }

        assertThat(ann.kept).hasSize(1000);
    }

    @Test
    void makesRoomForOthersByLettingFilteredChannelsGo() {
        TestInbox ann = inbox("ann").connect();
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        for (int i = 0; i < 100; i++) {
            publish("a/" + i, "x");
        }

        for (int i = 0; i < 16; i++) {
            manager.publish("kept/" + i, Payload.text("x")).toCompletableFuture().join();
        }

        assertThat(channels.all()).hasSize(16);
        assertThat(manager.publish("kept/more", Payload.text("x")).toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void sharesMessagesAmongTheConnected() {
        TestInbox ann = inbox("ann").connect();
        TestInbox bob = inbox("bob").connect();
        TestInbox away = inbox("away");
        for (TestInbox each : inboxes) {
            each.subscribe("group:a/#", Qos.AT_LEAST_ONCE);
        }
        TestInbox other = inbox("other").connect();
        other.subscribe("a/#", Qos.AT_LEAST_ONCE);

        for (int i = 0; i < 6; i++) {
            publish("a", "" + i);
            publish("a", "q" + i, Qos.AT_MOST_ONCE, Origin.HOST);
        }

        assertThat(away.kept).isEmpty();
        assertThat(ann.kept.size() + bob.kept.size()).isEqualTo(6);
        List<String> lines = new ArrayList<>(ann.lines());
        lines.addAll(bob.lines());
        assertThat(lines).hasSize(6).doesNotHaveDuplicates();
        assertThat(ann.kept).hasSizeBetween(1, 5);
        assertThat(other.kept).hasSize(6);
    }

    @Test
    void keepsASharesMessagesForOneWhoIsAwayWhenAllAre() {
        TestInbox ann = inbox("ann").connect();
        TestInbox bob = inbox("bob");
        ann.subscribe("group:a/#", Qos.AT_LEAST_ONCE);
        bob.subscribe("group:a/#", Qos.AT_LEAST_ONCE);
        ann.disconnect();

        publish("a", "1");
        publish("a", "2");
        publish("a", "lost", Qos.AT_MOST_ONCE, Origin.HOST);

        List<String> kept = new ArrayList<>(ann.kept);
        kept.addAll(bob.kept);
        assertThat(kept).containsExactlyInAnyOrder("a=1", "a=2");
    }

    @Test
    void handsOnWhatAMemberOfAShareLeaves() {
        TestInbox ann = inbox("ann").connect();
        TestInbox bob = inbox("bob").connect();
        ann.subscribe("group:a/#", Qos.AT_LEAST_ONCE);
        FilterSubscription gone = ann.subscription("group:a/#");
        ann.unsubscribe("group:a/#");
        bob.subscribe("group:a/#", Qos.AT_LEAST_ONCE);
        Message message =
                new Message("a", Publication.of(Payload.text("1")), Origin.HOST, 1, 0, "");

        channels.filters().handOn(gone, message);

        assertThat(bob.kept).containsExactly("a=1");
        assertThat(ann.kept).isEmpty();
    }

    @Test
    void givesHostsWhatAPatternMatches() {
        List<String> got = new ArrayList<>();
        try (Subscription subscription =
                manager.subscribe(
                        "a/#",
                        message -> got.add(message.channel() + "=" + message.payload().text()))) {
            assertThat(subscription.channel()).isEqualTo("a/#");
            publish("a", "1");
            publish("b", "2");
            publish("a/c", "3");
        }
        publish("a", "4");

        assertThat(got).containsExactly("a=1", "a/c=3");
    }

    @Test
    void refusesAPatternThatIsNone() {
        assertThatThrownBy(() -> manager.subscribe("a#", message -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhetherAFilterMayBeSubscribedTo() {
        Gate ann = gate("ann");
        Gate reader = gate("bob", "reader");

        assertThat(ann.subscribe(filter("#"))).isNull();
        assertThat(ann.subscribe(filter("a/b"))).isNull();
        assertThat(ann.subscribe(filter("closed/#"))).isNotNull();
        assertThat(ann.subscribe(filter("closed/+/a"))).isNotNull();
        assertThat(ann.subscribe(filter("closed"))).isNotNull();
        assertThat(reader.subscribe(filter("closed/#"))).isNull();
        assertThat(ann.subscribe(filter("+/a"))).isNull();
        assertThat(ann.subscribe(filter("$other/a"))).isNotNull();
        assertThat(ann.subscribe(filter("$own/a"))).isNull();
        assertThat(ann.subscribe(filter("$sys/#"))).isNotNull();
        assertThat(ann.subscribe(filter("$sys/a"))).isNotNull();
    }

    private Gate gate(String user, String... roles) {
        return new Gate(
                new dev.orion.client.ClientSpec(user, java.util.Set.of(roles), "test", "conn"),
                channels);
    }

    private static Filter filter(String text) {
        return new Filter(ChannelPattern.parse(text), "");
    }

    private TestInbox inbox(String id) {
        var inbox = new TestInbox(channels, id);
        inboxes.add(inbox);
        return inbox;
    }

    private void publish(String channel, String text) {
        publish(channel, text, Qos.AT_LEAST_ONCE, Origin.HOST);
    }

    private void publish(String channel, String text, Qos qos, Origin origin) {
        var publication =
                new Publication(
                        Payload.text(text),
                        Headers.NONE,
                        qos,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        false);
        manager.publish(channel, publication, origin).toCompletableFuture().join();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.FilterOptions;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.message.Headers;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What several subscriptions of one session match comes once (MQTT 5 §3.3.4). */
class OverlapTest {

    private final Channels channels =
            new Channels(
                    Clock.systemUTC(), new Channels.Settings(16, 1_000_000, 100, 8, 100, 1 << 20));
    private final List<TestInbox> inboxes = new ArrayList<>();
    private TestInbox ann;

    @BeforeEach
    void configure() {
        channels.follow(
                new RuleBook(
                        List.of(
                                new RealtimeManagerTest.Rules("#").build(),
                                new RealtimeManagerTest.Rules("$own/#").build(),
                                new RealtimeManagerTest.Rules("closed/#")
                                        .allowed("any", "role:reader")
                                        .build())));
        ann = inbox("ann").connect();
    }

    @AfterEach
    void close() {
        inboxes.forEach(TestInbox::close);
        FastThreadLocal.removeAll(); // this thread plays many event loops
        assertThat(channels.filters().size()).isZero();
        assertThat(channels.filters().filters()).isZero();
    }

    @Test
    void deliversOnceWithEveryIdentifier() {
        ann.subscribe("a/#", options(Qos.AT_MOST_ONCE, 1));
        ann.subscribe("+/b", options(Qos.AT_MOST_ONCE, 2));
        ann.subscribe("#", options(Qos.AT_MOST_ONCE, 0));

        publish("a/b", "both", Qos.AT_MOST_ONCE);
        publish("a/c", "first", Qos.EXACTLY_ONCE);
        publish("x/b", "second", Qos.AT_MOST_ONCE);
        publish("x/c", "third", Qos.AT_MOST_ONCE);

        assertThat(ann.lines())
                .containsExactly(
                        "a/b=both 0#[1, 2]", "a/c=first 0#[1]", "x/b=second 0#[2]", "x/c=third");
        assertThat(ann.kept).isEmpty();
    }

    @Test // MQTT-3.3.4-2
    void deliversAsSurelyAsAnyOfThemWishes() {
        ann.subscribe("a/#", options(Qos.AT_MOST_ONCE, 1));
        ann.subscribe("a/+", options(Qos.AT_LEAST_ONCE, 2));
        ann.subscribe("a/b", options(Qos.EXACTLY_ONCE, 3));

        publish("a/b", "two", Qos.EXACTLY_ONCE);
        publish("a/b", "one", Qos.AT_LEAST_ONCE);
        publish("a/b", "none", Qos.AT_MOST_ONCE);
        publish("a/c", "one", Qos.EXACTLY_ONCE);
        publish("a/b/c", "none", Qos.EXACTLY_ONCE);

        assertThat(ann.kept).containsExactly("a/b=two", "a/b=one", "a/c=one");
        assertThat(ann.keptAs).containsExactly("2#[1, 2, 3]", "1#[1, 2, 3]", "1#[1, 2]");
        assertThat(ann.lines()).containsExactly("a/b=none 0#[1, 2, 3]", "a/b/c=none 0#[1]");
    }

    @Test // MQTT 5 §3.3.4: the packet carries multiple identical Subscription Identifiers
    void tellsAnIdentifierAsOftenAsItMatches() {
        ann.subscribe("a/#", options(Qos.AT_LEAST_ONCE, 7));
        ann.subscribe("a/b", options(Qos.AT_LEAST_ONCE, 7));

        publish("a/b", "x", Qos.AT_LEAST_ONCE);

        assertThat(ann.keptAs).containsExactly("1#[7, 7]");
    }

    @Test // MQTT-3.8.3-3
    void anySubscriptionThatDoesNotMindBringsOnesOwn() {
        ann.subscribe("a/#", new FilterOptions(Qos.EXACTLY_ONCE, true, true, Retained.ALL, 1));
        ann.subscribe("a/+", options(Qos.AT_LEAST_ONCE, 2));
        ann.subscribe("+/b", new FilterOptions(Qos.AT_MOST_ONCE, true, false, Retained.ALL, 3));

        publish("a/b", "own", Qos.EXACTLY_ONCE, "ann");
        publish("a/b", "other", Qos.EXACTLY_ONCE, "bob");
        publish("a/b/c", "own", Qos.EXACTLY_ONCE, "ann");
        publish("x/b", "own", Qos.EXACTLY_ONCE, "ann");
        publish("x/b", "other", Qos.EXACTLY_ONCE, "bob");

        assertThat(ann.kept).containsExactly("a/b=own", "a/b=other");
        assertThat(ann.keptAs).containsExactly("1#[2]", "2#[1, 2, 3]!");
        assertThat(ann.lines()).containsExactly("x/b=other 0#[3]");
    }

    @Test // MQTT-3.3.1-12, -13
    void saysThatItWasRetainedWhereAnyOfThemWantsThat() {
        ann.subscribe("a/#", new FilterOptions(Qos.AT_MOST_ONCE, false, true, Retained.ALL, 0));
        ann.subscribe("a/b", options(Qos.AT_MOST_ONCE, 0));
        ann.subscribe("a/+", options(Qos.AT_MOST_ONCE, 0));

        publish("a/b", "x", Qos.AT_MOST_ONCE);

        assertThat(ann.lines()).containsExactly("a/b=x 0#[]!");
    }

    @Test
    void takesNothingFromOthers() {
        TestInbox bob = inbox("bob").connect();
        bob.subscribe("a/#", Qos.AT_LEAST_ONCE);
        ann.subscribe("a/#", options(Qos.AT_LEAST_ONCE, 1));
        publish("a/b", "before", Qos.AT_MOST_ONCE);

        ann.subscribe("a/b", options(Qos.AT_LEAST_ONCE, 2));
        publish("a/b", "none", Qos.AT_MOST_ONCE);
        publish("a/b", "one", Qos.AT_LEAST_ONCE);

        assertThat(bob.lines()).containsExactly("a/b=before", "a/b=none");
        assertThat(bob.kept).containsExactly("a/b=one");
        assertThat(ann.lines()).containsExactly("a/b=before 0#[1]", "a/b=none 0#[1, 2]");
        assertThat(ann.keptAs).containsExactly("1#[1, 2]");
    }

    @Test
    void filtersOfSeveralSessionsDoNotOverlap() {
        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        TestInbox bob = inbox("bob").connect();
        bob.subscribe("a/b", Qos.AT_MOST_ONCE);
        ann.subscribe("b/#", Qos.AT_MOST_ONCE);

        assertThat(ann.subscription("a/#").overlap()).isNull();
        assertThat(bob.overlap()).isNull();
    }

    @Test // MQTT 5 §4.8.2
    void sharesAreDeliveriesOfTheirOwn() {
        ann.subscribe("a/#", options(Qos.AT_MOST_ONCE, 1));
        ann.subscribe("team:a/b", options(Qos.AT_MOST_ONCE, 2));
        ann.subscribe("crew:a/b", options(Qos.AT_LEAST_ONCE, 3));

        publish("a/b", "x", Qos.AT_LEAST_ONCE);

        assertThat(ann.lines()).containsExactlyInAnyOrder("a/b=x 0#[1]", "a/b=x 0#[2]");
        assertThat(ann.keptAs).containsExactly("1#[3]");
    }

    @Test
    void goesOnWhenOneOfThemEnds() {
        ann.subscribe("a/#", options(Qos.AT_LEAST_ONCE, 1));
        ann.subscribe("a/b", options(Qos.AT_MOST_ONCE, 2));
        publish("a/b", "both", Qos.AT_MOST_ONCE);

        ann.unsubscribe("a/b");
        publish("a/b", "none", Qos.AT_MOST_ONCE);
        publish("a/b", "one", Qos.AT_LEAST_ONCE);
        ann.subscribe("a/b", options(Qos.AT_MOST_ONCE, 3));
        publish("a/b", "again", Qos.AT_MOST_ONCE);
        ann.unsubscribe("a/#");
        publish("a/b", "last", Qos.AT_LEAST_ONCE);

        assertThat(ann.lines())
                .containsExactly(
                        "a/b=both 0#[1, 2]",
                        "a/b=none 0#[1]",
                        "a/b=again 0#[1, 3]",
                        "a/b=last 0#[3]");
        assertThat(ann.keptAs).containsExactly("1#[1]");
    }

    @Test // MQTT-3.8.4-3
    void followsOptionsThatAreChanged() {
        ann.subscribe("a/#", options(Qos.AT_MOST_ONCE, 1));
        ann.subscribe("a/b", options(Qos.AT_MOST_ONCE, 2));

        ann.subscribe("a/#", options(Qos.AT_LEAST_ONCE, 5));
        publish("a/b", "one", Qos.AT_LEAST_ONCE);
        publish("a/c", "one", Qos.AT_LEAST_ONCE);
        ann.subscribe("a/#", options(Qos.AT_MOST_ONCE, 6));
        publish("a/b", "none", Qos.AT_LEAST_ONCE);
        publish("a/c", "none", Qos.AT_LEAST_ONCE);

        assertThat(ann.kept).containsExactly("a/b=one", "a/c=one");
        assertThat(ann.keptAs).containsExactly("1#[2, 5]", "1#[5]");
        assertThat(ann.lines()).containsExactly("a/b=none 0#[2, 6]", "a/c=none 0#[6]");
    }

    @Test
    void keepsOneForASessionWithoutAConnection() {
        ann.subscribe("a/#", options(Qos.AT_LEAST_ONCE, 1));
        ann.disconnect();
        ann.subscribe("a/b", options(Qos.EXACTLY_ONCE, 2));

        publish("a/b", "two", Qos.EXACTLY_ONCE);
        publish("a/b", "none", Qos.AT_MOST_ONCE);
        ann.connect();
        publish("a/b", "later", Qos.AT_MOST_ONCE);

        assertThat(ann.kept).containsExactly("a/b=two");
        assertThat(ann.keptAs).containsExactly("2#[1, 2]");
        assertThat(ann.lines()).containsExactly("a/b=later 0#[1, 2]");
        ann.disconnect();
        ann.connect();
        publish("a/b", "again", Qos.AT_MOST_ONCE);
        assertThat(ann.lines()).containsExactly("a/b=again 0#[1, 2]");
    }

    @Test
    void keepsToTheChannelsRules() {
        ann.subscribe("#", Qos.AT_LEAST_ONCE);
        ann.subscribe("closed/a", Qos.AT_MOST_ONCE);

        publish("closed/a", "x", Qos.AT_MOST_ONCE);
        publish("closed/a", "y", Qos.AT_LEAST_ONCE);

        assertThat(ann.lines()).isEmpty();
        assertThat(ann.kept).isEmpty();
    }

    @Test // MQTT-4.7.2-1
    void wildcardsAndDollarsDoNotOverlap() {
        ann.subscribe("#", Qos.AT_MOST_ONCE);
        ann.subscribe("$own/a", Qos.AT_MOST_ONCE);

        publish("$own/a", "x", Qos.AT_MOST_ONCE);

        assertThat(ann.subscription("#").overlap()).isNull();
        assertThat(ann.lines()).containsExactly("$own/a=x");
    }

    @Test
    void eachSubscriptionBeginsWithWhatIsRetained() {
        publish("a/b", "kept", Qos.AT_MOST_ONCE);

        ann.subscribe("a/#", options(Qos.AT_MOST_ONCE, 1));
        ann.subscribe("a/b", options(Qos.AT_MOST_ONCE, 2));

        assertThat(ann.delivered).containsExactly("a/b=kept#1!", "a/b=kept#2!");
    }

    private TestInbox inbox(String id) {
        var inbox = new TestInbox(channels, id);
        inboxes.add(inbox);
        return inbox;
    }

    private static FilterOptions options(Qos qos, int id) {
        return new FilterOptions(qos, false, false, Retained.ALL, id);
    }

    private void publish(String channel, String text, Qos qos) {
        publish(channel, text, qos, "");
    }

    /** Everything is published to be retained. */
    private void publish(String channel, String text, Qos qos, String client) {
        var publication =
                new Publication(
                        Payload.text(text),
                        Headers.NONE,
                        qos,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        false);
        channels.with(
                channel,
                channels.rules(channel).orElseThrow(),
                live -> {
                    var commit = new Commit();
                    live.publish(publication, new Origin(client, "", "test"), commit);
                });
    }
}

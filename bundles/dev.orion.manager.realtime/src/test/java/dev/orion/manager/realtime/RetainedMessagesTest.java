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
import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import dev.orion.realtime.StreamPosition;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MQTT 5 §3.3.1.3. */
class RetainedMessagesTest {

    private final MovableClock clock = new MovableClock();
    private final MemoryStore store = new MemoryStore();
    private final List<TestInbox> inboxes = new ArrayList<>();
    private Channels channels;
    private DefaultRealtimeManager manager;

    @BeforeEach
    void start() {
        channels =
                new Channels(clock, new Channels.Settings(100, 1_000_000, 100, 100, 300, 100_000));
        channels.follow(
                new RuleBook(
                        List.of(
                                new RealtimeManagerTest.Rules("#").build(),
                                new RealtimeManagerTest.Rules("never/#").noRetain().build(),
                                new RealtimeManagerTest.Rules("closed/#")
                                        .allowed("any", "none")
                                        .build())));
        manager = new DefaultRealtimeManager(channels, Runnable::run);
        channels.use(store);
    }

    @AfterEach
    void close() {
        inboxes.forEach(TestInbox::close);
        FastThreadLocal.removeAll(); // this thread plays many event loops
    }

    @Test
    void givesNewSubscriptionsTheLastRetainedMessage() {
        retain("a/b", "old");
        retain("a/b", "new");
        retain("a/c", "other");
        retain("b", "else");
        publish("a/b", "not retained", Qos.AT_LEAST_ONCE, false, null);

        TestInbox ann = subscribed("ann", "a/+", Qos.AT_LEAST_ONCE);
        TestInbox bob = subscribed("bob", "a/+", Qos.AT_MOST_ONCE);

        assertThat(ann.kept).containsExactlyInAnyOrder("a/b=new!", "a/c=other!");
        assertThat(ann.delivered).isEmpty();
        assertThat(bob.delivered).containsExactlyInAnyOrder("a/b=new#0!", "a/c=other#0!");
        assertThat(bob.kept).isEmpty();
        assertThat(ann.lines()).isEmpty();
    }

    @Test
    void deliversWhatIsRetainedToThoseWhoAreThere() {
        TestInbox ann = subscribed("ann", "a", Qos.AT_MOST_ONCE);

        retain("a", "1");

        assertThat(ann.lines()).containsExactly("a=1");
        assertThat(ann.delivered).isEmpty();
    }

    @Test
    void forgetsWithAnEmptyPayload() {
        retain("a", "1");
        retain("a", "");

        assertThat(subscribed("ann", "#", Qos.AT_MOST_ONCE).delivered).isEmpty();
        assertThat(channels.retained().size()).isZero();
        assertThat(channels.retained().bytes()).isZero();
        assertThat(store.records).isEmpty();
        assertThat(channels.all()).isEmpty();
    }

    @Test
    void givesThemAsTheOptionsAsk() {
        retain("a", "1");
        TestInbox none = inbox("none");
        TestInbox once = inbox("once");
        TestInbox always = inbox("always");

        for (int i = 0; i < 2; i++) {
            none.subscribe("a", options(Retained.NONE));
            once.subscribe("a", options(Retained.IF_NEW));
            always.subscribe("a", options(Retained.ALL));
        }

        assertThat(none.delivered).isEmpty();
        assertThat(once.delivered).containsExactly("a=1#7!");
        assertThat(always.delivered).containsExactly("a=1#7!", "a=1#7!");
    }

    @Test
    void givesNothingToShares() {
        retain("a", "1");

        TestInbox ann = subscribed("ann", "group:#", Qos.AT_LEAST_ONCE);

        assertThat(ann.kept).isEmpty();
        assertThat(ann.delivered).isEmpty();
    }

    @Test
    void givesNothingThatTheSessionMayNotHave() {
        retain("closed/a", "1");

        assertThat(subscribed("ann", "#", Qos.AT_MOST_ONCE).delivered).isEmpty();
    }

    @Test
    void retainsNothingWhereTheRulesSayNo() {
        TestInbox ann = subscribed("ann", "#", Qos.AT_MOST_ONCE);

        retain("never/a", "1");

        assertThat(ann.lines()).containsExactly("never/a=1");
        assertThat(subscribed("bob", "#", Qos.AT_MOST_ONCE).delivered).isEmpty();
        assertThat(store.records).isEmpty();
    }

    @Test
    void givesNothingThatHasExpired() {
        publish("a", "1", Qos.AT_LEAST_ONCE, true, Duration.ofSeconds(50));
        retain("b", "2");
        clock.advance(Duration.ofSeconds(49));
        assertThat(subscribed("ann", "#", Qos.AT_MOST_ONCE).delivered).hasSize(2);

        clock.advance(Duration.ofSeconds(1));
        assertThat(subscribed("bob", "#", Qos.AT_MOST_ONCE).delivered).containsExactly("b=2#0!");

        channels.expire();
        assertThat(channels.retained().size()).isEqualTo(1);
        assertThat(store.records).hasSize(1);
    }

    @Test
    void outlivesTheProcess() {
        retain("a", "1");
        retain("b", "2");
        retain("b", "");
        store.records.put("realtime.retained damaged", new byte[] {77});

        start();

        assertThat(subscribed("ann", "#", Qos.AT_MOST_ONCE).delivered).containsExactly("a=1#0!");
        assertThat(channels.retained().size()).isEqualTo(1);
    }

    @Test
    void answersWhenItIsSafe() {
        store.pending = new CompletableFuture<>();

        CompletableFuture<StreamPosition> answer = retain("a", "1");
        assertThat(answer).isNotDone();
        store.pending.complete(null);

        assertThat(answer).isCompleted();
    }

    @Test
    void answersAClientWhenItIsSafeAndInOrder() {
        var ann = new TestClient(manager, "ann");
        store.pending = new CompletableFuture<>();
        ann.client.publish("a", publication("1", Qos.AT_LEAST_ONCE, true, null), ann.reply());
        ann.publish("a", "2");
        assertThat(ann.events).isEmpty();

        store.pending.complete(null);
        ann.run();

        assertThat(ann.events).containsExactly("published @0", "published @0");
        ann.client.close();
        ann.channel.finishAndReleaseAll();
    }

    @Test
    void refusesWhatTheStoreCannotTake() {
        store.isFull = true;

        assertThat(refusal(retain("a", "1"))).isEqualTo(Refusal.NO_SPACE);
    }

    @Test
    void refusesMoreThanThereIsRoomFor() {
        for (int i = 0; i < 300; i++) {
            assertThat(retain("a/" + i, "x")).isCompleted();
        }

        assertThat(refusal(retain("b", "x"))).isEqualTo(Refusal.LIMIT_EXCEEDED);
        assertThat(retain("a/1", "other")).isCompleted();
        assertThat(refusal(retain("a/1", "x".repeat(60_000)))).isEqualTo(Refusal.LIMIT_EXCEEDED);
        assertThat(retain("a/2", "")).isCompleted();
        assertThat(retain("b", "x")).isCompleted();
    }

    @Test
    void givesManyAsFastAsTheConnectionTakesThem() {
        for (int i = 0; i < 300; i++) {
            retain("a/" + i, "x");
        }
        TestInbox ann = inbox("ann");
        ann.channel.stopReading();

        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        ann.channel.runPendingTasks();
        assertThat(ann.delivered).isEmpty();
        retain("a/7", "newer");
        ann.channel.readAgain();
        ann.channel.runPendingTasks();

        assertThat(ann.delivered).hasSize(299).doesNotContain("a/7=x#0!");
    }

    @Test
    void endsWithTheConnection() {
        for (int i = 0; i < 300; i++) {
            retain("a/" + i, "x");
        }
        TestInbox ann = inbox("ann");

        ann.subscribe("a/#", Qos.AT_MOST_ONCE);
        ann.disconnect();
        ann.channel.runPendingTasks();

        assertThat(ann.delivered).hasSize(128);
    }

    private TestInbox subscribed(String id, String filter, Qos qos) {
        TestInbox inbox = inbox(id);
        inbox.subscribe(filter, qos);
        return inbox;
    }

    private TestInbox inbox(String id) {
        TestInbox inbox = new TestInbox(channels, id).connect();
        inboxes.add(inbox);
        return inbox;
    }

    private static FilterOptions options(Retained retained) {
        return new FilterOptions(Qos.AT_MOST_ONCE, false, false, retained, 7);
    }

    private CompletableFuture<StreamPosition> retain(String channel, String text) {
        return publish(channel, text, Qos.AT_LEAST_ONCE, true, null);
    }

    private CompletableFuture<StreamPosition> publish(
            String channel, String text, Qos qos, boolean retain, Duration expiry) {
        return manager.publish(channel, publication(text, qos, retain, expiry), Origin.HOST)
                .toCompletableFuture();
    }

    private static Publication publication(String text, Qos qos, boolean retain, Duration expiry) {
        return new Publication(
                Payload.text(text),
                Headers.NONE,
                qos,
                retain,
                Optional.ofNullable(expiry),
                Optional.empty(),
                false);
    }

    private static Refusal refusal(CompletableFuture<?> answer) {
        try {
            answer.join();
            return null;
        } catch (CompletionException failed) {
            return ((RefusedException) failed.getCause()).refusal();
        }
    }
}

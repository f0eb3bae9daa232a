// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.SessionOutlet;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Payload;
import dev.orion.message.Qos;
import dev.orion.realtime.ChannelRules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels open, publish and end while subscriptions come and go. */
@Timeout(60)
class FilterRaceTest {

    private static final int PUBLISHERS = 3;
    private static final int CHANNELS = 5;
    private static final int ROUNDS = 20;

    private final Channels channels =
            new Channels(Clock.systemUTC(), new Channels.Settings(1000, 1_000_000, 4));
    private final DefaultRealtimeManager manager =
            new DefaultRealtimeManager(channels, Runnable::run);
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicIntegerArray begun = new AtomicIntegerArray(PUBLISHERS);
    private final AtomicIntegerArray ended = new AtomicIntegerArray(PUBLISHERS);

    @BeforeEach
    void configure() {
        channels.follow(new RuleBook(List.of(new RealtimeManagerTest.Rules("#").build())));
    }

    @Test
    void missesNothingThatIsPublishedAfterTheAnswerAndGetsNothingTwice()
            throws InterruptedException {
        whilePublishing(round -> subscribeForAWhile(round % 2 == 0 ? "c/+" : "#"));
    }

    /** A filter begins to overlap another, and does so in ever other ways. */
    @Test
    void missesNothingAndGetsNothingTwiceWhileItsFiltersOverlap() throws InterruptedException {
        whilePublishing(round -> overlapForAWhile());
    }

    private void whilePublishing(IntConsumer inEachRound) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            int publisher = i;
            threads.add(new Thread(() -> publish(publisher)));
        }
        threads.add(new Thread(this::sweep));
        threads.forEach(Thread::start);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                inEachRound.accept(round);
            }
        } finally {
            done.set(true);
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        }
        assertThat(channels.filters().filters()).isZero();
    }

    private void subscribeForAWhile(String filter) {
        var inbox = new Recorder();
        FilterSubscription subscription = inbox.subscribe(filter, Qos.AT_LEAST_ONCE);
        int[] from = counts(begun);
        while (!hasPassed(from)) {
            Thread.onSpinWait();
        }
        int[] to = counts(ended);
        inbox.unsubscribe(subscription);
        inbox.check(from, to);
    }

    private void overlapForAWhile() {
        var inbox = new Recorder();
        FilterSubscription lasting = inbox.subscribe("c/#", Qos.AT_LEAST_ONCE);
        int[] from = counts(begun);
        FilterSubscription other = inbox.subscribe("c/+/x", Qos.AT_LEAST_ONCE);
        while (!hasPassed(from)) {
            FilterSubscription coming = inbox.subscribe("c/+", Qos.AT_MOST_ONCE);
            channels.filters().change(coming, TestInbox.options(Qos.AT_LEAST_ONCE));
            channels.filters().change(lasting, TestInbox.options(Qos.EXACTLY_ONCE));
            channels.filters().change(coming, TestInbox.options(Qos.AT_MOST_ONCE));
            inbox.unsubscribe(coming);
            channels.filters().change(lasting, TestInbox.options(Qos.AT_LEAST_ONCE));
        }
        int[] to = counts(ended);
        inbox.unsubscribe(lasting);
        inbox.unsubscribe(other);
        inbox.check(from, to);
    }

    /** Whether each publisher has published some more. */
    private boolean hasPassed(int[] from) {
        for (int i = 0; i < PUBLISHERS; i++) {
            if (ended.get(i) < from[i] + 2 * CHANNELS) {
                return false;
            }
        }
        return true;
    }

    private static int[] counts(AtomicIntegerArray array) {
        int[] counts = new int[PUBLISHERS];
        for (int i = 0; i < PUBLISHERS; i++) {
            counts[i] = array.get(i);
        }
        return counts;
    }

    private void publish(int publisher) {
        for (int number = 1; !done.get(); number++) {
            begun.set(publisher, number);
            String channel = "c/" + number % CHANNELS;
            manager.publish(channel, Payload.text(publisher + ":" + number))
                    .toCompletableFuture()
                    .join();
            ended.set(publisher, number);
        }
    }

    private void sweep() {
        while (!done.get()) {
            channels.expire();
        }
    }

    /** A session without a connection that remembers what it gets. */
    private final class Recorder implements Inbox {

        private final ConcurrentLinkedQueue<Message> got = new ConcurrentLinkedQueue<>();
        private final Map<Filter, FilterSubscription> own = new HashMap<>();
        private Overlap overlap;

        FilterSubscription subscribe(String text, Qos qos) {
            var filter = new Filter(ChannelPattern.parse(text), "");
            var made = channels.filters().subscribe(this, filter, TestInbox.options(qos));
            own.put(filter, made);
            return made;
        }

        void unsubscribe(FilterSubscription gone) {
            own.remove(gone.filter);
            channels.filters().unsubscribe(gone);
        }

        void check(int[] from, int[] to) {
            Set<String> all = new HashSet<>();
            Map<String, Integer> last = new HashMap<>();
            for (Message message : got) {
                String text = message.payload().text();
                String[] parts = text.split(":");
                int number = Integer.parseInt(parts[1]);
                Integer before = last.put(message.channel() + " " + parts[0], number);
                if (!all.add(text) || (before != null && before >= number)) {
                    throw new AssertionError(text + " came twice, or after " + before);
                }
            }
            for (int i = 0; i < PUBLISHERS; i++) {
                for (int number = from[i] + 1; number <= to[i]; number++) {
                    if (!all.contains(i + ":" + number)) {
                        throw new AssertionError(i + ":" + number + " was missed");
                    }
                }
            }
        }

        @Override
        public Map<Filter, FilterSubscription> subscriptions() {
            return own;
        }

        @Override
        public Overlap overlap() {
            return overlap;
        }

        @Override
        public void overlap(Overlap made) {
            overlap = made;
        }

        @Override
        public Lane lane() {
            return null;
        }

        @Override
        public SessionOutlet outlet() {
            return null;
        }

        @Override
        public Delivery delivery() {
            return null;
        }

        @Override
        public String clientId() {
            return "recorder";
        }

        @Override
        public boolean mayReceive(ChannelRules rules) {
            return true;
        }

        @Override
        public void offer(Message message, Terms terms, boolean retained, Commit commit) {
            got.add(message);
        }
    }

    /** Many subscribers of many channels keep one place each, and the channels none. */
    @Test
    void keepsNothingOfTheSubscribersForEachChannel() {
        List<TestInbox> inboxes = new ArrayList<>();
        var first = new TestInbox(channels, "0").connect();
        FilterOptions options = TestInbox.options(Qos.AT_MOST_ONCE);
        for (int i = 0; i < 1000; i++) {
            first.subscribe("share" + i + ":other", options); // not of these channels
        }
        for (int i = 0; i < 50; i++) {
            inboxes.add(new TestInbox(channels, "" + i).connect());
            inboxes.get(i).subscribe("c/#", Qos.AT_MOST_ONCE);
        }

        for (int i = 0; i < 700; i++) {
            manager.publish("c/" + i, Payload.text("x"));
        }

        FilterEntry[] matching = channels.filters().find("c/1");
        assertThat(matching).hasSize(1);
        assertThat(matching[0].audiences()).hasSize(50); // a lane each
        assertThat(channels.all()).hasSize(700);
        for (LiveChannel channel : channels.all()) {
            assertThat(channel.groups().isEmpty()).isTrue();
            assertThat(channels.filters().find(channel.name())).containsExactly(matching[0]);
        }
        inboxes.forEach(inbox -> assertThat(inbox.lines()).hasSize(700));
        inboxes.forEach(TestInbox::close);
        first.close();
    }

    @Test
    void takesAHundredThousandFilters() {
        var inbox = new Recorder();
        List<FilterSubscription> made = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String filter = "device/" + i + (i % 2 == 0 ? "/#" : "/+/state");
            made.add(
                    channels.filters()
                            .subscribe(
                                    inbox,
                                    new Filter(ChannelPattern.parse(filter), ""),
                                    TestInbox.options(Qos.AT_LEAST_ONCE)));
        }

        manager.publish("device/77777/a/state", Payload.text("odd"));
        manager.publish("device/4242/a/b", Payload.text("even"));
        manager.publish("device/77777/a", Payload.text("nobody"));
        made.forEach(channels.filters()::unsubscribe);
        manager.publish("device/4242/a/b", Payload.text("nobody"));

        assertThat(inbox.got)
                .extracting(message -> message.payload().text())
                .containsExactly("odd", "even");
        assertThat(channels.filters().filters()).isZero();
    }
}

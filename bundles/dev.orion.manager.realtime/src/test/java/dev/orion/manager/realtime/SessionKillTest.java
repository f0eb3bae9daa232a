// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.Delivery;
import dev.orion.client.FilterOptions;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.manager.realtime.TestSession.Wish;
import dev.orion.message.Origin;
import dev.orion.message.Qos;
import dev.orion.store.log.RealStore;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills at random moments, with the store of the product: its files are copied as they are. */
class SessionKillTest {

    private static final int LIVES = 12;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);

    @TempDir private Path temp;

    private final Random random = new Random(7);
    private final List<RealStore> stores = new ArrayList<>();
    private final List<TestSession> connections = new ArrayList<>();
    private DefaultRealtimeManager manager;
    private HandedOver handedOver;

    /** What the publisher was told is safe. */
    private final List<String> acknowledged = new ArrayList<>();

    /** What the subscriber has had, in order, each once. */
    private final List<String> had = new ArrayList<>();

    /** Ids that the subscriber holds until they are released. */
    private final Map<Integer, String> held = new HashMap<>();

    @AfterEach
    void stop() throws IOException {
        connections.forEach(connection -> connection.session.close(true, Optional.empty()));
        connections.forEach(TestSession::run);
        connections.forEach(connection -> connection.channel.finishAndReleaseAll());
        FastThreadLocal.removeAll(); // this thread plays many event loops
        for (RealStore store : stores) {
            store.close();
        }
    }

    @Test
    void loseNothingThatWasAcknowledgedAndDoubleNothing() throws IOException {
        live(0);
        TestSession first = open("subscriber");
        first.session.subscribe(
                TestSession.filter("a"),
                new FilterOptions(Qos.EXACTLY_ONCE, false, false, Retained.NONE, 0),
                first.reply("subscribed"));
        await(() -> first.events.contains("subscribed true"));

        int sent = 0;
        for (int life = 1; life <= LIVES; life++) {
            TestSession subscriber = open("subscriber");
            for (int until = sent + 40; sent < until; sent++) {
                publish("m" + sent);
                receiveSome(subscriber);
            }
            for (int turns = random.nextInt(30); turns > 0; turns--) {
                receiveSome(subscriber);
            }
            live(life); // the kill
        }
        TestSession last = open("subscriber");
        await(
                () -> {
                    receiveSome(last);
                    return hasAll();
                });

        assertThat(had).doesNotHaveDuplicates();
        assertThat(acknowledged).isNotEmpty();
        assertThat(had.stream().map(text -> Integer.parseInt(text.substring(1)))).isSorted();
    }

    private boolean hasAll() {
        synchronized (acknowledged) {
            return had.containsAll(acknowledged);
        }
    }

    /** A process begins with the files as they are at this moment. */
    private void live(int life) throws IOException {
        Path folder = temp.resolve("life" + life);
        synchronized (acknowledged) {
            manager = null; // from now on nobody is told anything
        }
        if (life > 0) {
            copy(temp.resolve("life" + (life - 1)), folder);
        }
        var store = new RealStore(folder);
        stores.add(store);
        var channels = new Channels(Clock.systemUTC(), new Channels.Settings(100, 1_000_000, 50));
        channels.follow(new RuleBook(List.of(new RealtimeManagerTest.Rules("#").build())));
        handedOver = new HandedOver(store.store());
        channels.use(handedOver);
        var next = new DefaultRealtimeManager(channels, Runnable::run);
        next.sessions().load();
        synchronized (acknowledged) {
            manager = next;
        }
        connections.forEach(connection -> connection.deliveries.clear());
    }

    private TestSession open(String name) {
        var made = new TestSession(manager, new Wish(name).window(10));
        connections.add(made);
        await(() -> made.session != null);
        return made;
    }

    private void publish(String text) {
        CompletableFuture<?> done =
                manager.publish("a", TestSession.publication(text, Qos.EXACTLY_ONCE), Origin.HOST)
                        .toCompletableFuture();
        DefaultRealtimeManager now = manager;
        done.thenRun(
                () -> {
                    synchronized (acknowledged) {
                        if (now == manager) { // else nobody was told
                            acknowledged.add(text);
                        }
                    }
                });
    }

    /** Plays a receiver of exactly once, as far as it gets in this moment. */
    private void receiveSome(TestSession subscriber) {
        handedOver.run();
        subscriber.run();
        List<Delivery> come = List.copyOf(subscriber.deliveries);
        subscriber.deliveries.clear();
        for (Delivery delivery : come) {
            String text = delivery.message().payload().text();
            String before = held.putIfAbsent(delivery.id(), text);
            assertThat(before).isIn(null, text);
            if (before == null) {
                had.add(text);
            }
            subscriber.received(delivery.id());
        }
        for (String event : subscriber.events()) {
            String[] words = event.split(" ");
            if (event.startsWith("release ") || event.endsWith(" true")) {
                int id = Integer.parseInt(words[1]);
                held.remove(id);
                subscriber.session.acknowledged(id);
            }
        }
    }

    private void await(BooleanSupplier condition) {
        long until = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - until).as("deadline").isNegative();
            handedOver.run();
            connections.forEach(TestSession::run);
            Thread.onSpinWait();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            files.forEach(
                    file -> {
                        try {
                            Files.copy(file, to.resolve(file.getFileName()));
                        } catch (IOException broken) {
                            throw new UncheckedIOException(broken);
                        }
                    });
        }
    }
}

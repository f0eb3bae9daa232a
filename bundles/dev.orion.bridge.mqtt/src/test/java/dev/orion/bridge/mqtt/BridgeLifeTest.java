// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.bridge.BridgeInfo;
import dev.orion.bridge.BridgeInfo.State;
import dev.orion.client.Delivery;
import dev.orion.client.QueueLimit;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.realtime.Refusal;
import dev.orion.testkit.LeakCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A bridge between a session and a broker that both do what the test says. */
@ExtendWith(LeakCheck.class)
class BridgeLifeTest {

    private final FakeClients clients = new FakeClients();
    private final FakeLinks links = new FakeLinks();
    private final BridgeIds ids = new BridgeIds();
    private BridgeLife life;

    @AfterEach
    void close() {
        life.close(false);
        assertThat(ids.all()).isEmpty();
        await("no thread", () -> threads().isEmpty()); // a loop is over just before its thread
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("orion-bridge-"))
                .toList();
    }

    @Test
    void subscribesBeforeItConnectsAndOpensTheSessionOnlyWhileItIs() {
        links.failWith = "no such host";
        start();

        await(info -> info.state() == State.WAITING);
        assertThat(clients.filters).containsExactlyInAnyOrder("a/#", "b/#");
        assertThat(clients.isOpen()).isFalse();
        assertThat(life.info().lastError()).isEqualTo("no such host");

        links.failWith = null;
        await(info -> info.state() == State.CONNECTED);
        assertThat(clients.isOpen()).isTrue();
        assertThat(links.subscribed).containsExactly("rb/#");

        links.last().lose("broken pipe");
        await(info -> links.made.size() > 1 && info.state() == State.CONNECTED);
        assertThat(life.info().lastError()).isEqualTo("broken pipe");
    }

    @Test
    void takesSubscriptionsBackThatAreNotConfiguredAnyMore() {
        clients.filters.add("old/#");
        start();

        await(info -> info.state() == State.CONNECTED);
        assertThat(clients.filters).containsExactlyInAnyOrder("a/#", "b/#");
    }

    @Test
    void acknowledgesADeliveryWhenTheOtherBrokerHas() {
        start();
        await(info -> info.state() == State.CONNECTED);

        clients.deliver(delivery(7, "a/x", Headers.NONE));
        links.awaitSent("7 ra/x text");
        assertThat(clients.acknowledged).isEmpty();
        links.last().events.acknowledged(7, "");

        await(info -> info.out() == 1);
        awaitAcknowledged(7);
    }

    @Test
    void doesNotSendWhatItHasSentBefore() {
        start();
        await(info -> info.state() == State.CONNECTED);
        Headers own = Trail.with(Headers.NONE, FakeClients.ID);

        clients.deliver(delivery(8, "a/x", own));

        await(info -> info.looped() == 1);
        awaitAcknowledged(8);
        assertThat(links.sent).isEmpty();
    }

    @Test
    void doesNotTakeWhatAnotherBridgeOfThisProcessHasSent() throws Exception {
        start();
        await(info -> info.state() == State.CONNECTED);
        ids.add("another");

        Headers trail = Trail.with(Headers.NONE, "another");
        links.last().events.arrivedOnce(links.last(), received(1, trail));
        links.last().events.arrivedOnce(links.last(), received(2, Headers.NONE));
        ids.remove("another");

        await(info -> info.looped() == 1 && info.in() == 1);
        assertThat(clients.published).containsExactly("2 b/x text");
    }

    @Test
    void dropsWhatIsRefusedForGoodAndBreaksOffForAWhileElse() {
        start();
        await(info -> info.state() == State.CONNECTED);
        FakeLinks.FakeLink first = links.last();

        clients.refusal = Refusal.PERMISSION_DENIED;
        first.events.arrived(first, received(3, Headers.NONE, Qos.AT_LEAST_ONCE));
        await(info -> info.dropped() == 1);
        await("acknowledged", () -> first.acknowledged.equals(List.of(3)));

        clients.refusal = Refusal.NO_SPACE;
        first.events.arrived(first, received(4, Headers.NONE, Qos.AT_LEAST_ONCE));
        await(info -> links.made.size() == 2 && info.state() == State.CONNECTED);
        assertThat(first.acknowledged).containsExactly(3);
        assertThat(life.info().lastError()).isEqualTo("not taken here: no space");
    }

    @Test
    void forgetsTheIdsOfABrokerThatHasForgotten() {
        clients.once.add(5);
        start();

        await(info -> info.state() == State.CONNECTED);
        assertThat(clients.once).isEmpty();
    }

    @Test
    void doesNothingAnyMoreWhenAnotherOneHasItsSession() {
        start();
        await(info -> info.state() == State.CONNECTED);

        clients.end(CloseReason.TAKEN_OVER);

        await(info -> info.state() == State.REPLACED);
        assertThat(links.made).hasSize(1);
    }

    @Test
    void endsItsSessionWhenItIsConfiguredNoMore() {
        start();
        await(info -> info.state() == State.CONNECTED);

        life.close(true);

        assertThat(links.last().isForgotten).isTrue();
        assertThat(clients.isForgotten).isTrue();
    }

    private void start() {
        var settings =
                new Settings(
                        "link",
                        Endpoint.parse("mqtt://127.0.0.1:1883"),
                        5,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new Mappings(
                                List.of(
                                        Mapping.parse("out a/# -> ra/#"),
                                        Mapping.parse("both b/# <-> rb/#"))),
                        new QueueLimit(10, 1000),
                        10,
                        Duration.ofMillis(1),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofDays(1),
                        1024,
                        Set.of(),
                        Optional.empty());
        life = new BridgeLife(settings, clients, links, ids, Clock.systemUTC());
        life.start();
    }

    private void await(Predicate<BridgeInfo> wanted) {
        await(() -> String.valueOf(life.info()), () -> wanted.test(life.info()));
    }

    private static void await(String what, BooleanSupplier wanted) {
        await(() -> what, wanted);
    }

    /** The session is told on its own thread. */
    private void awaitAcknowledged(int id) {
        await(
                () -> "acknowledged: " + clients.acknowledged,
                () -> clients.acknowledged.equals(List.of(id)));
    }

    private static void await(Supplier<String> what, BooleanSupplier wanted) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!wanted.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what.get());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static Delivery delivery(int id, String channel, Headers headers) {
        var publication = Publication.of(Payload.text("text"), headers);
        var message = new Message(channel, publication, Origin.HOST, 0, 0, "");
        return new Delivery(id, message, Qos.AT_LEAST_ONCE, false, false, List.of());
    }

    private static Received received(int id, Headers headers) {
        return received(id, headers, Qos.EXACTLY_ONCE);
    }

    private static Received received(int id, Headers headers, Qos qos) {
        var publication =
                new Publication(
                        Payload.text("text"),
                        headers,
                        qos,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        false);
        return new Received(id, "rb/x", publication);
    }
}

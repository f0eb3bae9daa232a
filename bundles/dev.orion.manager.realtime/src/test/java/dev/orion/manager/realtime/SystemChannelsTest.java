// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemChannelsTest {

    private static final String CONNECTIONS = "$sys/connections";

    private final Channels channels =
            new Channels(Clock.systemUTC(), new Channels.Settings(1000, 1_000_000, 4));
    private final DefaultRealtimeManager manager =
            new DefaultRealtimeManager(channels, Runnable::run);
    private final List<TestClient> clients = new ArrayList<>();

    @AfterEach
    void closeClients() {
        clients.forEach(client -> client.client.close());
        clients.forEach(TestClient::run);
        clients.forEach(client -> client.channel.finishAndReleaseAll());
        FastThreadLocal.removeAll(); // this thread plays many event loops
    }

    @Test
    void areReadByAdministratorsOnly() {
        TestClient admin = client("ann", "admin");
        TestClient other = client("bob", "reader");

        admin.subscribe(CONNECTIONS);
        other.subscribe(CONNECTIONS);
        admin.run();
        bySystem("hello");
        admin.run();
        other.run();

        assertThat(admin.lines()).containsExactly(CONNECTIONS + "=hello");
        assertThat(other.events).containsExactly("refused 103");
        assertThat(other.lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECTIONS, "$sys", "$sys/a/b"})
    void areWrittenByNoClientNotEvenAnAdministrator(String channel) {
        TestClient admin = client("ann", "admin");

        admin.publish(channel, "forged");
        admin.run();

        assertThat(admin.events).containsExactly("refused 103");
    }

    @Test
    void areWrittenByNeitherTheApiNorTheHost() {
        Payload payload = Payload.text("forged");

        assertThat(refusal(manager.publish(CONNECTIONS, payload)))
                .isEqualTo(Refusal.PERMISSION_DENIED);
        var api = new Origin("", "", "api");
        assertThat(refusal(manager.publish(CONNECTIONS, Publication.of(payload), api)))
                .isEqualTo(Refusal.PERMISSION_DENIED);
    }

    @Test
    void takeNobodyInAtTheRequestOfTheApi() {
        TestClient other = client("bob");

        assertThat(refusal(manager.subscribeUser("bob", Optional.empty(), CONNECTIONS)))
                .isEqualTo(Refusal.PERMISSION_DENIED);
        other.run();

        assertThat(other.events).isEmpty();
    }

    @Test
    void areReadByTheHost() {
        var received = new ArrayList<Message>();

        try (var subscription = manager.subscribe(CONNECTIONS, received::add)) {
            bySystem("hello");

            assertThat(received).hasSize(1);
            assertThat(received.get(0).origin()).isEqualTo(Origin.SERVER);
            assertThat(subscription.channel()).isEqualTo(CONNECTIONS);
            assertThat(manager.channels().get(0).kind()).isEqualTo(ChannelKind.SYSTEM);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$sys/#", CONNECTIONS, "$sys/+", "#", "+/connections"})
    void cannotBeConfigured(String pattern) {
        channels.follow(new RuleBook(List.of(new RealtimeManagerTest.Rules(pattern).build())));
        TestClient other = client("bob");

        other.subscribe(CONNECTIONS);
        other.publish(CONNECTIONS, "forged");
        other.run();

        assertThat(other.events).containsExactly("refused 103", "refused 103");
    }

    @Test
    void areThoseBelowTheirLevelAndNoOthers() {
        assertThat(SystemChannels.contains("$sys")).isTrue();
        assertThat(SystemChannels.contains("$sys/#")).isTrue();
        assertThat(SystemChannels.contains("$system/a")).isFalse();
        assertThat(SystemChannels.contains("$SYS/a")).isFalse();
        assertThat(SystemChannels.contains("a/$sys")).isFalse();
    }

    private void bySystem(String text) {
        manager.publish(CONNECTIONS, Publication.of(Payload.text(text)), Origin.SERVER);
    }

    private TestClient client(String user, String... roles) {
        var client = new TestClient(manager, user, roles);
        clients.add(client);
        return client;
    }

    private static Refusal refusal(CompletionStage<?> stage) {
        Throwable failure = catchThrowable(() -> stage.toCompletableFuture().join());
        assertThat(failure).isInstanceOf(CompletionException.class);
        return ((RefusedException) failure.getCause()).refusal();
    }
}

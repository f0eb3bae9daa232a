// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import dev.orion.net.ListenerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SettlingTest {

    private final List<ListenerInfo> listeners = new CopyOnWriteArrayList<>();
    private final Settling settling = new Settling(() -> listeners);

    @Test
    void waitsForListenersThatDoNotExistYet() {
        CompletableFuture<List<ListenerInfo>> settled = settling.settled(Set.of("web"));
        assertThat(settled).isNotDone();

        listeners.add(listener(ListenerInfo.State.BINDING));
        settling.changed();
        assertThat(settled).isNotDone();

        listeners.set(0, listener(ListenerInfo.State.SERVING));
        settling.changed();
        assertThat(settled).isCompletedWithValue(listeners);
    }

    @Test
    void failsWhoWaitsWhenItIsClosed() {
        CompletableFuture<List<ListenerInfo>> settled = settling.settled(Set.of("web"));

        settling.close();

        assertThat(settled)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessageStartingWith("closed");
    }

    @Test
    void failsWhoComesWhenItIsClosed() {
        listeners.add(listener(ListenerInfo.State.SERVING));
        settling.close();

        assertThat(settling.settled(Set.of("web"))).isCompletedExceptionally();
    }

    private static ListenerInfo listener(ListenerInfo.State state) {
        return new ListenerInfo(
                "web", new Endpoint("http", "127.0.0.1", 1), state, "", 0, 0, 0, Map.of());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orion.net.ListenerInfo.State;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaitingTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isServedWhenItsProtocolComes(Transport transport) throws IOException {
        assumeTrue(transport.isAvailable());
        var echo = new EchoManager("tcp");
        echo.speaking = false;
        try (var running = new Running(Running.settings(transport))) {
            running.manager.setProtocolManager(echo);
            running.open("one", "tcp://127.0.0.1:0");
            try (var peer = new Peer(running.port("one"))) {
                peer.send("early");
                Running.await(() -> running.manager.connections().size() == 1);
                assertThat(running.info("one").state()).isEqualTo(State.WAITING);
                assertThat(running.info("one").detail()).isEqualTo("nobody speaks tcp");
                assertThat(running.manager.connections().get(0).protocol()).isEmpty();

                echo.speaking = true;
                running.manager.sockets().wake();

                assertThat(peer.line()).isEqualTo("tcp"); // it became active once
                assertThat(peer.line()).isEqualTo("early");
                assertThat(peer.ask("more")).isEqualTo("more");
                assertThat(running.info("one").state()).isEqualTo(State.SERVING);
            }
        }
    }

    @Test
    void isServedWhenAManagerComes() throws IOException {
        try (var running = new Running()) {
            running.open("one", "tcp://127.0.0.1:0");
            try (var peer = new Peer(running.port("one"))) {
                Running.await(() -> running.manager.connections().size() == 1);

                var replaced = new EchoManager("other");
                running.manager.setProtocolManager(replaced);
                running.manager.setProtocolManager(new EchoManager("tcp"));
                running.manager.unsetProtocolManager(replaced);

                assertThat(peer.line()).isEqualTo("tcp");
                assertThat(running.info("one").state()).isEqualTo(State.SERVING);
            }
        }
    }

    @Test
    void isClosedWhenNobodyComesInTime() throws IOException {
        Settings impatient = Running.settings(Transport.choose("auto"), 16, Duration.ofMillis(100));
        try (var records = new Records();
                var running = new Running(impatient)) {
            running.open("one", "tcp://127.0.0.1:0");
            try (var first = new Peer(running.port("one"));
                    var second = new Peer(running.port("one"))) {

                assertThat(first.line()).isNull();
                assertThat(second.line()).isNull();

                Running.await(() -> records.of("Network connection closed").size() == 2);
                assertThat(records.of("Network connection closed").get(0))
                        .containsEntry("code", "3100")
                        .containsEntry("reason", "not served");
                assertThat(running.info("one").refused()).isEqualTo(2);
            }
            try (var later = new Peer(running.port("one"))) {
                assertThat(later.line()).isNull();
            }
        }
    }

    @Test
    void isTurnedAwayWhenTheRoomIsFull() throws IOException {
        Settings small = Running.settings(Transport.choose("auto"), 1, Duration.ofSeconds(20));
        try (var running = new Running(small)) {
            Listener listener = running.open("one", "tcp://127.0.0.1:0");
            try (var first = new Peer(running.port("one"))) {
                Running.await(() -> listener.waitingRoom().waiting().size() == 1);

                try (var second = new Peer(running.port("one"))) {
                    assertThat(second.line()).isNull();
                }

                running.manager.setProtocolManager(new EchoManager("tcp"));
                assertThat(first.line()).isEqualTo("tcp");
            }
        }
    }

    @Test
    void makesRoomWhenItLeavesByItself() throws IOException {
        Settings small = Running.settings(Transport.choose("auto"), 1, Duration.ofSeconds(20));
        try (var running = new Running(small)) {
            running.open("one", "tcp://127.0.0.1:0");
            try (var first = new Peer(running.port("one"))) {
                Running.await(() -> running.manager.connections().size() == 1);
                running.manager.close(
                        running.manager.connections().get(0).id(), Reception.NOT_SERVED);
                assertThat(first.line()).isNull();
            }
            Running.await(() -> running.manager.connections().isEmpty());

            try (var second = new Peer(running.port("one"))) {
                running.manager.setProtocolManager(new EchoManager("tcp"));
                assertThat(second.line()).isEqualTo("tcp");
            }
        }
    }

    @Test
    void isServedWhenItsListenerHasMoved() throws IOException {
        try (var running = new Running()) {
            Listener listener = running.open("one", "tcp://127.0.0.1:0");
            try (var peer = new Peer(running.port("one"))) {
                Running.await(() -> running.manager.connections().size() == 1);
                running.manager.sockets().close(listener);

                running.manager.setProtocolManager(new EchoManager("tcp"));

                assertThat(peer.line()).isEqualTo("tcp");
            }
        }
    }
}

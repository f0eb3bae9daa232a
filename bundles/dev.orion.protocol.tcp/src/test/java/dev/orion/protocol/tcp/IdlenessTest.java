// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Connector;
import dev.orion.protocol.Reading;
import dev.orion.testkit.LeakCheck;
import dev.orion.testkit.TestClients;
import dev.orion.testkit.TestRoutes;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a connection that is carried on is idle, with a clock that stands still. */
@ExtendWith(LeakCheck.class)
class IdlenessTest {

    private final SlowChannel slow = new SlowChannel();
    private final FakeConnection client = new FakeConnection(slow);
    private final EmbeddedChannel server = new EmbeddedChannel();

    @BeforeEach
    void serve() {
        var routes = new TestRoutes();
        routes.add("tcp::7000", "tcp://127.0.0.1:9", Map.of("idleTimeout", "10s"));
        slow.freezeTime();
        new TcpProtocol(
                        new Echo(),
                        new TestClients(),
                        routes,
                        new Server(),
                        new TcpProtocol.Settings(1024, Duration.ofSeconds(1)),
                        Duration.ofSeconds(1))
                .serve(client);
    }

    @AfterEach
    void stop() {
        slow.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    @Test
    void endsWhenNothingPasses() {
        pass(9);
        assertThat(client.closed()).isNotDone();

        pass(2);
        assertThat(client.closed()).isCompletedWithValue(PassThrough.IDLE);
    }

    @Test
    void aPeerThatTakesWhatItIsOwedIsNotIdle() {
        for (int i = 0; i < 5; i++) {
            server.writeInbound(Unpooled.copiedBuffer("owed", US_ASCII));
        }

        for (int i = 0; i < 5; i++) {
            pass(9);
            slow.letOut(1);
            assertThat(client.closed()).isNotDone();
        }

        assertThat(slow.written()).isEqualTo("owed".repeat(5));
        pass(20);
        assertThat(client.closed()).isCompletedWithValue(PassThrough.IDLE);
    }

    @Test
    void aPeerThatTakesNothingIsIdle() {
        server.writeInbound(Unpooled.copiedBuffer("owed", US_ASCII));
        slow.letOut(0);

        pass(90); // of them 60 in which it may still take what it is owed

        assertThat(client.closed()).isCompletedWithValue(PassThrough.IDLE);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            slow.advanceTimeBy(1, TimeUnit.SECONDS);
            slow.runScheduledPendingTasks();
            slow.runPendingTasks();
        }
    }

    /** Is there at once. */
    private final class Server implements Connector {

        @Override
        public Future<Connection> connect(
                Endpoint endpoint, EventLoop loop, Consumer<Connection> install) {
            var connection = new FakeConnection(server);
            Reading.pause(server);
            install.accept(connection);
            return loop.newSucceededFuture(connection);
        }
    }
}

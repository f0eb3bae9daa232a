// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Message;
import dev.orion.message.Payload;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HostGroupTest {

    private final Channels channels =
            new Channels(Clock.systemUTC(), new Channels.Settings(1000, 1_000_000, 4));
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final DefaultRealtimeManager manager = new DefaultRealtimeManager(channels, tasks::add);
    private final List<String> received = new CopyOnWriteArrayList<>();

    HostGroupTest() {
        channels.follow(new RuleBook(List.of(new RealtimeManagerTest.Rules("#").build())));
    }

    @Test
    void callsAReceiverThatTakesItsTimeByOneThreadOnly() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        manager.subscribe(
                "a",
                message -> {
                    received.add(message.payload().text());
                    entered.countDown();
                    await(go);
                });
        manager.publish("a", Payload.text("1"));
        var first = new Thread(tasks.poll(20, TimeUnit.SECONDS));
        first.start();
        await(entered);

        manager.publish("a", Payload.text("2"));
        tasks.poll(20, TimeUnit.SECONDS).run();
        assertThat(received).containsExactly("1");

        go.countDown();
        first.join(20_000);
        assertThat(received).containsExactly("1", "2");
    }

    @Test
    void goesOnAfterAnErrorOfItsReceiver() {
        manager.subscribe("a", this::receiveAndFail);

        manager.publish("a", Payload.text("1"));
        tasks.remove().run();
        manager.publish("a", Payload.text("2"));
        tasks.remove().run();

        assertThat(received).containsExactly("1", "2");
    }

    private void receiveAndFail(Message message) {
        received.add(message.payload().text());
        throw new AssertionError("told to fail");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.net.CloseReason;
import dev.orion.protocol.GoAway;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the connections of a plug-in that leaves to go, and closes those that stay.
 *
 * <p>One task per event loop and one timer in all, however many connections there are.
 *
 * @param delivery how long the caller waits until the event loops have told them
 * @param patience how long they have to go by themselves
 */
record Farewell(Duration delivery, Duration patience) {

    private static final Logger log = LoggerFactory.getLogger("agent.protocol_manager");
    private static final GoAway GO_AWAY = new GoAway(CloseReason.SHUTDOWN);

    /**
     * Tells them, and returns when they have been told or {@code delivery} has passed.
     *
     * <p><b>Threads:</b> any. An event loop does not wait for the others.
     */
    void say(List<Served> leaving) {
        if (leaving.isEmpty()) {
            return;
        }
        Map<EventLoop, List<Served>> byLoop = new HashMap<>();
        for (Served served : leaving) {
            EventLoop loop = served.connection().channel().eventLoop();
            byLoop.computeIfAbsent(loop, any -> new ArrayList<>()).add(served);
        }
        var told = new CountDownLatch(byLoop.size());
        byLoop.forEach((loop, theirs) -> tell(loop, theirs, told));
        closeLater(leaving);
        if (byLoop.keySet().stream().noneMatch(EventLoop::inEventLoop)) {
            await(told);
        }
    }

    private static void tell(EventLoop loop, List<Served> leaving, CountDownLatch told) {
        try {
            loop.execute(
                    () -> {
                        try {
                            leaving.forEach(Farewell::tell);
                        } finally {
                            told.countDown();
                        }
                    });
        } catch (RejectedExecutionException loopHasEnded) {
            told.countDown(); // and its connections with it
        }
    }

    private static void tell(Served served) {
        Channel channel = served.connection().channel();
        if (channel.isActive() && !served.isHandedOver()) {
            channel.pipeline().fireUserEventTriggered(GO_AWAY);
        }
    }

    private void closeLater(List<Served> leaving) {
        EventLoop any = leaving.get(0).connection().channel().eventLoop();
        try {
            any.schedule(
                    () -> leaving.forEach(Farewell::close),
                    patience.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException loopsHaveEnded) {
            leaving.forEach(Farewell::close);
        }
    }

    private static void close(Served served) {
        if (!served.isHandedOver() && !served.stays()) {
            served.connection().close(CloseReason.SHUTDOWN);
        }
    }

    private void await(CountDownLatch told) {
        try {
            boolean all = told.await(delivery.toMillis(), TimeUnit.MILLISECONDS);
            log.atDebug().addKeyValue("all", all).log("Connections told to go");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.bridge.BridgeInfo;
import dev.orion.client.ClientSession;
import dev.orion.client.Clients;
import dev.orion.client.SessionBacklog;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one bridge: it connects, carries messages until the connection is lost, waits, and
 * begins again, until it is closed.
 *
 * <p>Its session here is open only while the other broker is connected. Meanwhile it is like that
 * of any client that is away: what is for it is stored, as far as its limit allows.
 *
 * <p><b>Threads:</b> one of its own; an event loop of its own for the session; those of the link.
 */
final class BridgeLife implements Runnable {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.bridge.mqtt");

    private static final SessionBacklog NOTHING = new SessionBacklog(0, 0, 0);

    /** How long a close may take before threads are interrupted, and after that. */
    private static final Duration GRACE = Duration.ofSeconds(4);

    /** Makes the links of one kind. */
    interface Links {

        /**
         * @throws LinkException when there can be none
         */
        Link make(Settings settings, String clientId, Link.Events events) throws LinkException;
    }

    private final Settings settings;
    private final Links links;
    private final BridgeIds ids;
    private final BridgeStatus status;
    private final Optional<Echoes> echoes;
    private final Backoff backoff;
    private final Clock clock;
    private final DefaultEventLoop loop;
    private final SessionKeeper keeper;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<Passage> passage = new AtomicReference<>();

    private volatile ClientSession lastSession; // for its backlog, also when it is closed
    private volatile boolean forget;

    BridgeLife(Settings settings, Clients clients, Links links, BridgeIds ids, Clock clock) {
        this.settings = settings;
        this.links = links;
        this.ids = ids;
        this.clock = clock;
        this.status = new BridgeStatus(settings, clock);
        this.echoes =
                settings.version() == 3
                        ? Optional.of(new Echoes(System::nanoTime))
                        : Optional.empty();
        this.backoff =
                new Backoff(
                        settings.minBackoff(), settings.maxBackoff(), RandomGenerator.getDefault());
        String threads = "orion-bridge-" + settings.name();
        this.loop = new DefaultEventLoop(new DefaultThreadFactory(threads + "-session", true));
        this.keeper = new SessionKeeper(settings, clients, loop, clock);
        this.thread = new Thread(this, threads);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    BridgeInfo info() {
        ClientSession session = lastSession;
        return status.info(session == null ? NOTHING : session.backlog());
    }

    /**
     * Ends it, in a bounded time.
     *
     * @param isRemoved whether it is configured no more, so that nothing is kept for it
     */
    void close(boolean isRemoved) {
        forget = isRemoved;
        closed.countDown();
        Passage now = passage.get();
        if (now != null) {
            now.abort("closed");
        }
        try {
            thread.join(GRACE.toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(GRACE.toMillis());
            }
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(GRACE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void run() {
        try {
            String id = prepare();
            if (id != null) {
                ids.add(id);
                try {
                    connectUntilClosed(id);
                } finally {
                    ids.remove(id);
                }
            }
            if (forget) {
                keeper.end();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // close() does not wait any longer
        } catch (LinkException | TimeoutException failed) {
            log.atDebug()
                    .addKeyValue("bridge", settings.name())
                    .addKeyValue("reason", failed.getMessage())
                    .log("Bridge session not ended");
        }
    }

    /** Opens the session for the first time, so that from now on it gathers; its id. */
    private String prepare() throws InterruptedException, TimeoutException {
        while (!isClosed()) {
            try {
                LocalSession session = keeper.prepare();
                lastSession = session.session();
                return lastSession.id();
            } catch (LinkException refused) {
                status.waiting("no session here: " + refused.getMessage());
                pause();
            }
        }
        return null;
    }

    private void connectUntilClosed(String id) throws InterruptedException, TimeoutException {
        String made = "orion-" + settings.name() + "-" + id.substring(0, 8);
        String clientId = settings.clientId().orElse(made);
        while (!isClosed()) {
            String reason = connectOnce(clientId);
            if (passage.get() != null && passage.get().isReplaced()) {
                status.replaced();
                closed.await();
            } else if (!isClosed()) {
                status.waiting(reason);
                touch();
                pause();
            }
        }
    }

    /** Connects and carries messages; why it has ended. */
    private String connectOnce(String clientId) throws InterruptedException {
        long begin = System.nanoTime();
        var now = new Passage(settings, keeper, status, ids, echoes, clock);
        passage.set(now);
        if (isClosed()) {
            return "closed";
        }
        try {
            now.carry(links, clientId, session -> lastSession = session);
        } catch (LinkException failed) {
            now.abort(failed.getMessage());
        } catch (RuntimeException broken) { // a border: the bridge must go on
            log.atError()
                    .addKeyValue("bridge", settings.name())
                    .setCause(broken)
                    .log("Bridge connection failed");
            now.abort(Reasons.of(broken));
        } finally {
            now.close(forget);
        }
        if (now.wasConnected()) {
            backoff.connectedFor(Duration.ofNanos(System.nanoTime() - begin));
        }
        return now.reason();
    }

    /** While the other broker is away for long, the session must not be taken for given up. */
    private void touch() throws InterruptedException, TimeoutException {
        try {
            keeper.touch();
        } catch (LinkException refused) {
            status.waiting("no session here: " + refused.getMessage());
        }
    }

    private void pause() throws InterruptedException {
        Duration wait = backoff.next();
        closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }
}

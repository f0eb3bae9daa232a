// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.Delivery;
import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.client.SessionSpec;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.net.CloseReason;
import dev.orion.realtime.RefusedException;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens the session of one bridge, and sees to it that it subscribes to what the mappings say.
 *
 * <p><b>Threads:</b> the bridge's, which may be blocked.
 */
final class SessionKeeper {

    /** A session that nobody has opened for so long belongs to no bridge any more. */
    static final Duration EXPIRY = Duration.ofDays(30);

    private static final Duration TOUCH = Duration.ofDays(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Settings settings;
    private final Clients clients;
    private final EventLoop loop;
    private final Clock clock;
    private Instant opened = Instant.MIN;

    SessionKeeper(Settings settings, Clients clients, EventLoop loop, Clock clock) {
        this.settings = settings;
        this.clients = clients;
        this.loop = loop;
        this.clock = clock;
    }

    /**
     * Opens it.
     *
     * @param window how many deliveries may be unacknowledged
     */
    LocalSession open(int window, LocalSession.Events events)
            throws LinkException, InterruptedException, TimeoutException {
        var client = new ClientSpec("bridge:" + settings.name(), settings.roles(), "bridge", "");
        var spec =
                new SessionSpec(
                        client,
                        settings.name(),
                        false,
                        EXPIRY,
                        window,
                        Optional.empty(),
                        Optional.of(settings.buffer()));
        LocalSession session = get(LocalSession.open(loop, clients, spec, events));
        opened = clock.instant();
        return session;
    }

    /** Subscribes, so that what is published from now on waits in it; it is closed again. */
    LocalSession prepare() throws LinkException, InterruptedException, TimeoutException {
        LocalSession session = open(1, new Nobody());
        try {
            subscribe(session, Retained.NONE);
        } finally {
            get(session.close(Optional.empty()));
        }
        return session;
    }

    /**
     * Subscribes to what the mappings say, and to nothing else.
     *
     * @param retained what comes of retained messages
     * @return what was refused, for people; the others are subscribed to
     */
    List<String> subscribe(LocalSession session, Retained retained)
            throws LinkException, InterruptedException, TimeoutException {
        Map<ChannelPattern, Integer> wanted = settings.mappings().idsByPattern();
        for (Filter filter : get(session.filters())) {
            if (!wanted.containsKey(filter.channels()) || !filter.share().isEmpty()) {
                get(session.unsubscribe(filter));
            }
        }
        List<String> refused = new ArrayList<>();
        for (Map.Entry<Integer, Mapping> one : settings.mappings().out().entrySet()) {
            Mapping mapping = one.getValue();
            var options = new FilterOptions(mapping.qos(), true, true, retained, one.getKey());
            try {
                get(session.subscribe(new Filter(mapping.local(), ""), options));
            } catch (LinkException why) {
                refused.add(mapping.local() + ": " + why.getMessage() + " here");
            }
        }
        return refused;
    }

    /** Opens and closes it when that was long ago. */
    void touch() throws LinkException, InterruptedException, TimeoutException {
        if (clock.instant().isAfter(opened.plus(TOUCH))) {
            get(open(1, new Nobody()).close(Optional.empty()));
        }
    }

    /** Ends it, with all that waits. */
    void end() throws LinkException, InterruptedException, TimeoutException {
        get(open(1, new Nobody()).close(Optional.of(Duration.ZERO)));
    }

    /** The value of a stage that the session completes. */
    static <T> T get(CompletableFuture<T> stage)
            throws LinkException, InterruptedException, TimeoutException {
        try {
            return stage.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RefusedException refused) {
                throw new LinkException(refused.getMessage());
            }
            throw new LinkException(Reasons.of(failed.getCause()));
        }
    }

    /** What comes while it is only looked after comes again. */
    private static final class Nobody implements LocalSession.Events {

        @Override
        public void deliver(Delivery delivery) {}

        @Override
        public void release(int id) {}

        @Override
        public void deliverOnceAtMost(int mapping, Message message) {}

        @Override
        public void ended(CloseReason reason) {}
    }
}

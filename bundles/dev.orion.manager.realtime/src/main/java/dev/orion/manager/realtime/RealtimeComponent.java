// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Clients;
import dev.orion.net.CloseReason;
import dev.orion.realtime.RealtimeManager;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the real-time manager its life: settings, the rules of the channels, and its threads.
 *
 * <p>Changed settings are taken over in place: a new instance would lose every client.
 */
@Component(
        service = {RealtimeManager.class, Clients.class},
        configurationPid = "dev.orion.manager.realtime")
@Designate(ocd = RealtimeComponent.Config.class)
public final class RealtimeComponent extends DefaultRealtimeManager {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private static final long SWEEP_MS = 1_000;
    private static final long GOODBYE_MS = 1_000;

    @ObjectClassDefinition(name = "Real-time manager")
    @interface Config {

        @AttributeDefinition(description = "Live channels at most.", min = "1")
        int maxChannels() default 1_000_000;

        @AttributeDefinition(description = "Kept messages of all channels, in bytes.", min = "1")
        long maxHistoryBytes() default 256L * 1024 * 1024;

        @AttributeDefinition(description = "Channels that one client may be on.", min = "1")
        int maxChannelsPerClient() default 128;

        @AttributeDefinition(
                description = "Subscriptions by filter, of all sessions, at most.",
                min = "1")
        int maxSubscriptions() default 1_000_000;

        @AttributeDefinition(description = "Retained messages at most.", min = "0")
        int maxRetained() default 1_000_000;

        @AttributeDefinition(description = "Retained messages, in bytes.", min = "0")
        long maxRetainedBytes() default 256L * 1024 * 1024;

        @AttributeDefinition(
                description = "Sessions that outlive their connections, at most.",
                min = "1")
        int maxSessions() default 1_000_000;

        @AttributeDefinition(
                description = "Deliveries of one session that are not acknowledged, at most.",
                min = "1",
                max = "60000")
        int maxQueued() default 10_000;

        @AttributeDefinition(
                description = "How long they may be together, in bytes; one always fits.",
                min = "1")
        long maxQueuedBytes() default 16 * 1024 * 1024;

        @AttributeDefinition(
                description = "What happens to a message that a session has no room for.",
                options = {
                    @Option(label = "it is lost for that session", value = "drop-newest"),
                    @Option(label = "the session ends", value = "end-session")
                })
        String whenFull() default "drop-newest";
    }

    private final Channels channels;
    private final ExecutorService hostExecutor;
    private final ScheduledExecutorService sweeper;
    private final List<ConfiguredRules> configured = new CopyOnWriteArrayList<>();
    private final Serial following = new Serial() {};

    /**
     * Reads what the store holds before anybody is served: what is published meanwhile would be
     * lost for sessions that are not there yet.
     */
    @Activate
    public RealtimeComponent(Config config, @Reference SteadyStore store) {
        this(
                channels(config, store),
                Executors.newCachedThreadPool(daemons("orion-realtime-host-")),
                limits(config));
    }

    private RealtimeComponent(
            Channels channels, ExecutorService hostExecutor, SessionLimits limits) {
        super(channels, hostExecutor, limits);
        sessions().load();
        this.channels = channels;
        this.hostExecutor = hostExecutor;
        this.sweeper = Executors.newSingleThreadScheduledExecutor(daemons("orion-realtime-sweep-"));
        sweeper.scheduleWithFixedDelay(channels::expire, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
        sweeper.scheduleWithFixedDelay(
                this::sweepSessions, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    @Modified
    void modified(Config config) {
        channels.follow(settings(config));
        sessions().follow(limits(config));
    }

    /** What fails once must not end the sweeping. */
    private void sweepSessions() {
        try {
            sessions().sweep();
        } catch (RuntimeException broken) {
            LOG.atError().setCause(broken).log("Sweep of sessions failed");
        }
    }

    @Deactivate
    void deactivate() {
        // The good-byes are said by classes of this bundle, so they are waited for.
        endAll(CloseReason.SHUTDOWN)
                .toCompletableFuture()
                .completeOnTimeout(null, GOODBYE_MS, TimeUnit.MILLISECONDS)
                .join();
        sweeper.shutdownNow();
        hostExecutor.shutdownNow();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRules(ConfiguredRules rules) {
        configured.add(rules);
        followRules();
    }

    void updatedRules(ConfiguredRules rules) {
        followRules();
    }

    void unbindRules(ConfiguredRules rules) {
        configured.remove(rules);
        followRules();
    }

    /** Rules come on several threads; the last to follow has seen them all. */
    private void followRules() {
        following.submit(
                () ->
                        channels.follow(
                                new RuleBook(
                                        configured.stream().map(ConfiguredRules::rules).toList())));
    }

    private static Channels channels(Config config, SteadyStore store) {
        var channels = new Channels(Clock.systemUTC(), settings(config));
        store.begin().ifPresent(channels::use);
        return channels;
    }

    private static SessionLimits limits(Config config) {
        return new SessionLimits(
                config.maxSessions(),
                config.maxQueued(),
                config.maxQueuedBytes(),
                SessionLimits.WhenFull.parse(config.whenFull()));
    }

    private static Channels.Settings settings(Config config) {
        return new Channels.Settings(
                config.maxChannels(),
                config.maxHistoryBytes(),
                config.maxChannelsPerClient(),
                config.maxSubscriptions(),
                config.maxRetained(),
                config.maxRetainedBytes());
    }

    private static ThreadFactory daemons(String prefix) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, prefix + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}

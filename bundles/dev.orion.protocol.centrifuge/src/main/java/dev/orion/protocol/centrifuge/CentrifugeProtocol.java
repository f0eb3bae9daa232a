// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.osgi.service.component.annotations.ReferenceCardinality.OPTIONAL;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.access.ServerKeys;
import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientTransport;
import dev.orion.client.Clients;
import dev.orion.client.Conversation;
import dev.orion.client.LoneCommands;
import dev.orion.configuration.Durations;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** The Centrifuge JSON client protocol, version 2. */
@Component(configurationPid = CentrifugeProtocol.PID)
@Designate(ocd = CentrifugeProtocol.Config.class)
public final class CentrifugeProtocol implements ClientProtocol {

    static final String PID = "dev.orion.protocol.centrifuge";

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.centrifuge");

    private static final int MAX_DEPTH = 500;

    @ObjectClassDefinition(name = "Centrifuge client protocol")
    @interface Config {

        @AttributeDefinition(description = "How often a silent client hears that the server lives.")
        String pingInterval() default "25s";

        @AttributeDefinition(
                description = "How long a client may take to answer; less than pingInterval.")
        String pongTimeout() default "10s";

        @AttributeDefinition(description = "How long a peer may take to send its connect command.")
        String connectTimeout() default "15s";

        @AttributeDefinition(
                description = "Publications at most in one answer about a history.",
                min = "1")
        int maxHistory() default 300;

        @AttributeDefinition(
                description =
                        "Bytes that may wait for a peer that sends commands and does not read the"
                                + " answers, and of emulated commands.",
                min = "1024")
        long maxPendingBytes() default 1048576;
    }

    record Settings(
            Duration pingInterval,
            Duration pongTimeout,
            Duration connectTimeout,
            int maxHistory,
            long maxPendingBytes) {

        Settings {
            positive("pongTimeout", pongTimeout);
            positive("connectTimeout", connectTimeout);
            if (pingInterval.compareTo(pongTimeout) <= 0) {
                throw new IllegalArgumentException(
                        "pingInterval: " + pingInterval + " (expected: > " + pongTimeout + ")");
            }
            if (maxHistory < 1) {
                throw new IllegalArgumentException(
                        "maxHistory: " + maxHistory + " (expected: >= 1)");
            }
            if (maxPendingBytes < 1024) {
                throw new IllegalArgumentException(
                        "maxPendingBytes: " + maxPendingBytes + " (expected: >= 1024)");
            }
        }

        private static void positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
            }
        }

        static Settings of(Config config) {
            return new Settings(
                    Durations.parse(config.pingInterval()),
                    Durations.parse(config.pongTimeout()),
                    Durations.parse(config.connectTimeout()),
                    config.maxHistory(),
                    config.maxPendingBytes());
        }

        /** Fine enough for the shortest of the times, never finer than 5 ms. */
        Duration tick() {
            Duration shortest =
                    connectTimeout.compareTo(pongTimeout) < 0 ? connectTimeout : pongTimeout;
            return Duration.ofMillis(Math.max(5, Math.min(500, shortest.toMillis() / 8)));
        }
    }

    private final Clients clients;
    private final Node node;
    private final Settings settings;
    private final JsonFactory json = parsers();
    private final Map<EventLoop, LoopShare> loops = new ConcurrentHashMap<>();
    private final Sessions sessions = new Sessions();

    /** Dynamic, so that other keys end no conversation; without any nobody is an administrator. */
    @Reference(cardinality = OPTIONAL, policy = DYNAMIC, policyOption = GREEDY)
    volatile ServerKeys keys;

    @Activate
    public CentrifugeProtocol(@Reference Clients clients, @Reference Node node, Config config) {
        this(clients, node, Settings.of(config));
    }

    CentrifugeProtocol(Clients clients, Node node, Settings settings) { // for tests
        this.clients = clients;
        this.node = node;
        this.settings = settings;
    }

    /** Parsers with bounds on what a peer may nest, which share nothing that grows for ever. */
    static JsonFactory parsers() {
        return JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .recyclerPool(JsonRecyclerPools.threadLocalPool())
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                .build();
    }

    @Override
    public Conversation begin(Connection connection, ClientTransport transport) {
        EventLoop loop = transport.channel().eventLoop();
        var conversation = new CentrifugeConversation(this, loopShare(loop), connection, transport);
        conversation.begin();
        return conversation;
    }

    @Override
    public LoneCommands lone(Connection connection, String transport) {
        return new SoleCommands(this, new CommandReader(json, true), connection, transport);
    }

    private LoopShare loopShare(EventLoop loop) {
        LoopShare share = loops.get(loop);
        if (share == null) {
            // Only this loop asks for its own share, so there is no race.
            share = new LoopShare(loop, settings.tick(), json, () -> loops.remove(loop));
            loops.put(loop, share);
        }
        return share;
    }

    @Override
    public boolean emulate(String session, ByteBuf commands) {
        Optional<Emulation> found = sessions.find(session);
        return found.isPresent() && found.get().take(ByteBufUtil.getBytes(commands));
    }

    /** Ends what the transports, which have been told to go, have left behind. */
    @Deactivate
    void close() {
        loops.forEach(CentrifugeProtocol::dismiss);
    }

    private static void dismiss(EventLoop loop, LoopShare share) {
        try {
            loop.execute(share.wheel::dismiss);
        } catch (RejectedExecutionException ended) {
            LOG.atDebug().setCause(ended).log("Event loop has ended before its conversations");
        }
    }

    /** Whether a connect command's token is the administrator's key. */
    boolean isAdmin(String token) {
        ServerKeys now = keys;
        return now != null && !token.isEmpty() && now.opensAdmin(token);
    }

    Clients clients() {
        return clients;
    }

    Node node() {
        return node;
    }

    Settings settings() {
        return settings;
    }

    Sessions sessions() {
        return sessions;
    }
}

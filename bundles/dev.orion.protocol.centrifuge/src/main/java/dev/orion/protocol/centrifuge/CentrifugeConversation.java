// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.access.ServerKeys;
import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Wheel;
import dev.orion.protocol.centrifuge.ReplyJson.Welcome;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One peer's talk: reads its commands, asks its client, writes the replies.
 *
 * <p><b>Threads:</b> the event loop of the transport's channel.
 */
final class CentrifugeConversation extends Wheel.Entry implements Conversation, Outlet {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.centrifuge");

    // Source: centrifuge, disconnect.go
    private static final CloseReason NOT_AVAILABLE = new CloseReason(3508, "not available");

    /** The flag of a subscribe that is to fail where it cannot recover; centrifuge, client.go. */
    private static final long REJECT_UNRECOVERED = 2;

    private final CentrifugeProtocol protocol;
    private final LoopShare loop;
    private final Connection connection;
    private final ClientTransport transport;
    private final ReplyWriter replies;

    private Client client; // null until connected
    private Map<String, Subscribed> initial = Map.of(); // what the connect reply is to tell
    private String session = "";
    private boolean pongIsDue;
    private boolean pongIsChecked;
    private boolean ended;

    CentrifugeConversation(
            CentrifugeProtocol protocol,
            LoopShare loop,
            Connection connection,
            ClientTransport transport) {
        this.protocol = protocol;
        this.loop = loop;
        this.connection = connection;
        this.transport = transport;
        this.replies = new ReplyWriter(transport.channel(), transport.framing());
    }

    /** Waits for the connect command from now on. */
    void begin() {
        loop.wheel.schedule(this, protocol.settings().connectTimeout().toMillis());
    }

    // Commands

    @Override
    public void receive(ByteBuf commands) {
        if (ended) {
            return;
        }
        int length = commands.readableBytes();
        if (commands.hasArray()) {
            int from = commands.arrayOffset() + commands.readerIndex();
            frame(commands.array(), from, from + length);
            return;
        }
        byte[] bytes = loop.borrow(length);
        try {
            commands.getBytes(commands.readerIndex(), bytes, 0, length);
            frame(bytes, 0, length);
        } finally {
            loop.giveBack(bytes);
        }
    }

    /** Takes a frame that came by another connection. */
    void receiveEmulated(byte[] commands) {
        if (!ended) {
            frame(commands, 0, commands.length);
            readComplete();
        }
    }

    @Override
    public void readComplete() {
        replies.readComplete();
    }

    private void frame(byte[] bytes, int from, int to) {
        replies.beginFrame();
        try {
            if (Utf8.isValid(bytes, from, to)) {
                lines(bytes, from, to > from && bytes[to - 1] == '\n' ? to - 1 : to);
            } else {
                finish(CloseReason.BAD_REQUEST);
            }
        } catch (RuntimeException bug) {
            LOG.atError()
                    .setCause(bug)
                    .addKeyValue("connection_id", connection.id())
                    .log("Client command failed");
            finish(CloseReason.INTERNAL_ERROR);
        } finally {
            replies.endFrame();
        }
    }

    private void lines(byte[] bytes, int from, int to) {
        int start = from;
        while (!ended) {
            int end = lineEnd(bytes, start, to);
            dispatch(loop.reader.read(bytes, start, end));
            if (replies.pendingBytes() > protocol.settings().maxPendingBytes()) {
                finish(CloseReason.SLOW);
            }
            if (end == to) {
                return;
            }
            start = end + 1;
        }
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to && EightBytes.equalTo(EightBytes.at(bytes, at), '\n') == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private void dispatch(Command command) {
        switch (command.kind) {
            case CONNECT -> connect(command);
            case MALFORMED -> finish(CloseReason.BAD_REQUEST);
            default -> {
                if (client == null) {
                    finish(CloseReason.BAD_REQUEST);
                } else {
                    connected(command);
                }
            }
        }
    }

    private void connected(Command command) {
        switch (command.kind) {
            case PONG -> pong();
            case PING -> reply(command.id, this, (id, value, out) -> ReplyJson.pong(id, out));
            case SEND -> finish(NOT_AVAILABLE); // nobody takes messages that are for no channel
            case RPC -> refuse(command.id, Refusal.METHOD_NOT_FOUND);
            case REFRESH -> finish(CloseReason.BAD_REQUEST); // no connection here expires
            default -> {
                if (command.channel.isEmpty()) {
                    finish(CloseReason.BAD_REQUEST);
                } else {
                    ofChannel(command);
                }
            }
        }
    }

    private void ofChannel(Command command) {
        String channel = command.channel;
        long id = command.id;
        switch (command.kind) {
            case SUBSCRIBE -> subscribe(command);
            case UNSUBSCRIBE -> unsubscribe(command);
            case PUBLISH -> publish(command);
            case PRESENCE -> client.presence(channel, new Answer<>(this, id, ReplyJson::presence));
            case PRESENCE_STATS ->
                    client.presenceStats(channel, new Answer<>(this, id, ReplyJson::presenceStats));
            case HISTORY ->
                    client.history(
                            channel, query(command), new Answer<>(this, id, ReplyJson::history));
            case SUB_REFRESH -> subRefresh(command);
            default -> throw new IllegalStateException("command: " + command.kind);
        }
    }

    private void connect(Command command) {
        if (client != null) {
            finish(CloseReason.BAD_REQUEST);
            return;
        }
        boolean isAdmin = protocol.isAdmin(command.token);
        if (!isAdmin && !command.token.isEmpty()) {
            finish(CloseReason.INVALID_TOKEN);
            return;
        }
        Set<String> roles = isAdmin ? Set.of(ServerKeys.ADMIN_ROLE) : Set.of();
        var spec = new ClientSpec("", roles, transport.name(), connection.id());
        Client opened = protocol.clients().open(spec, this);
        if (ended) {
            opened.close();
            return;
        }
        client = opened;
        if (transport.isEmulated()) {
            session =
                    protocol.sessions()
                            .add(
                                    new Emulation(
                                            channel().eventLoop(),
                                            this::receiveEmulated,
                                            this::finish,
                                            protocol.settings().maxPendingBytes()));
        }
        Map<String, Subscribed> subscriptions = initial;
        initial = Map.of();
        reply(
                command.id,
                welcome(),
                (id, welcome, out) -> ReplyJson.connected(id, welcome, subscriptions, out));
        replies.drain(); // deliveries may follow
        long interval = protocol.settings().pingInterval().toMillis();
        // Clients that come together are not pinged together.
        long first = interval / 2 + ThreadLocalRandom.current().nextLong(interval / 2 + 1);
        loop.wheel.schedule(this, first);
    }

    private Welcome welcome() {
        long pingSeconds = Math.max(1, protocol.settings().pingInterval().toSeconds());
        return new Welcome(
                client.id(),
                protocol.node().version(),
                (int) pingSeconds,
                transport.answersPings(),
                session,
                session.isEmpty() ? "" : protocol.node().id());
    }

    private void subscribe(Command command) {
        if (!command.delta.isEmpty() && !command.delta.equals("fossil")) {
            finish(CloseReason.BAD_REQUEST);
        } else if (command.type != 0) {
            refuse(command.id, Refusal.NOT_AVAILABLE); // map and shared poll subscriptions
        } else if (command.filtered) {
            refuse(command.id, Refusal.BAD_REQUEST);
        } else if (!command.token.isEmpty()) {
            refuse(command.id, Refusal.PERMISSION_DENIED);
        } else {
            Optional<StreamPosition> from =
                    command.recover
                            ? Optional.of(new StreamPosition(command.offset, command.epoch))
                            : Optional.empty();
            boolean strict = (command.flag & REJECT_UNRECOVERED) != 0;
            client.subscribe(
                    command.channel,
                    new SubscribeOptions(from, command.joinLeave),
                    new Subscribing(this, command.id, command.channel, command.offset, strict));
        }
    }

    private void unsubscribe(Command command) {
        client.unsubscribe(command.channel);
        reply(command.id, this, (id, value, out) -> ReplyJson.unsubscribed(id, out));
    }

    private void publish(Command command) {
        if (command.type != 0) {
            refuse(command.id, Refusal.NOT_AVAILABLE); // map channels
        } else if (!command.hasData()) {
            refuse(command.id, Refusal.BAD_REQUEST);
        } else {
            client.publish(
                    command.channel,
                    Publication.of(command.data()),
                    new Answer<>(this, command.id, ReplyJson::published));
        }
    }

    private HistoryQuery query(Command command) {
        int max = protocol.settings().maxHistory();
        int limit = command.limit < 0 || command.limit > max ? max : (int) command.limit;
        Optional<StreamPosition> since =
                command.since
                        ? Optional.of(new StreamPosition(command.sinceOffset, command.sinceEpoch))
                        : Optional.empty();
        return new HistoryQuery(limit, since, command.reverse);
    }

    private void subRefresh(Command command) {
        if (client.isSubscribed(command.channel)) {
            finish(CloseReason.BAD_REQUEST); // no subscription here expires
        } else {
            refuse(command.id, Refusal.PERMISSION_DENIED);
        }
    }

    // Replies

    private <T> void reply(long id, T value, Encoder<T> encoder) {
        if (!ended) {
            encoder.encode(id, value, replies.line());
            replies.lineEnd();
        }
    }

    private void refuse(long id, Refusal refusal) {
        reply(id, refusal, ReplyJson::error);
    }

    private void subscribed(Subscribing to, Subscribed begin) {
        if (to.strict && begin.wasRecovering() && !begin.recovered()) {
            client.unsubscribe(to.channel);
            refuse(to.id, Refusal.UNRECOVERABLE_POSITION);
            return;
        }
        reply(
                to.id,
                begin,
                (id, value, out) -> ReplyJson.subscribed(id, value, to.askedOffset, out));
        replies.drain(); // deliveries may follow
    }

    // What the server does on its own

    @Override
    public Channel channel() {
        return transport.channel();
    }

    @Override
    public WireForm wireForm() {
        return new CentrifugeForm(transport.framing());
    }

    @Override
    public void subscribed(String channel, Subscribed position) {
        if (client == null) {
            if (initial.isEmpty()) {
                initial = new LinkedHashMap<>();
            }
            initial.put(channel, position);
            return;
        }
        reply(0, position, (id, value, out) -> ReplyJson.subscribedByServer(channel, value, out));
        replies.drain(); // deliveries follow
    }

    @Override
    public void unsubscribed(String channel) {
        if (client == null) {
            initial.remove(channel);
            return;
        }
        reply(0, channel, (id, value, out) -> ReplyJson.unsubscribedByServer(value, out));
    }

    @Override
    public void disconnect(CloseReason reason) {
        finish(reason);
    }

    // Pings

    @Override
    protected void due() {
        if (client == null) {
            finish(CloseReason.STALE);
        } else if (!pongIsChecked) {
            ping();
        } else if (pongIsDue) {
            finish(CloseReason.NO_PONG);
        } else {
            pongIsChecked = false;
            loop.wheel.schedule(
                    this,
                    protocol.settings()
                            .pingInterval()
                            .minus(protocol.settings().pongTimeout())
                            .toMillis());
        }
    }

    private void ping() {
        reply(0, "{}", (id, value, out) -> Json.raw(value, out));
        if (transport.answersPings()) {
            pongIsDue = true;
            pongIsChecked = true;
            loop.wheel.schedule(this, protocol.settings().pongTimeout().toMillis());
        } else {
            loop.wheel.schedule(this, protocol.settings().pingInterval().toMillis());
        }
    }

    private void pong() {
        if (pongIsDue) {
            pongIsDue = false;
        } else if (transport.answersPings()) {
            finish(CloseReason.BAD_REQUEST); // an answer to nothing
        }
    }

    // The end

    @Override
    protected void failed() {
        finish(CloseReason.INTERNAL_ERROR);
    }

    @Override
    protected void dismissed() {
        finish(CloseReason.SHUTDOWN);
    }

    @Override
    public void end(CloseReason reason) {
        finish(reason);
    }

    private void finish(CloseReason reason) {
        if (ended) {
            return;
        }
        LOG.atLevel(reason.equals(CloseReason.BAD_REQUEST) ? Level.INFO : Level.DEBUG)
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("transport", transport.name())
                .addKeyValue("code", reason.code())
                .addKeyValue("reason", reason.text())
                .log("Client conversation ended");
        leave();
        if (!transport.hasCloseCodes()) {
            ReplyJson.disconnect(reason, replies.line());
        }
        replies.flush();
        transport.close(reason);
    }

    @Override
    public void closed() {
        leave();
        replies.close();
    }

    private void leave() {
        if (ended) {
            return;
        }
        ended = true;
        loop.wheel.cancel(this);
        if (!session.isEmpty()) {
            protocol.sessions().remove(session);
        }
        if (client != null) {
            client.close();
        }
    }

    /** Appends a reply to a buffer, which it borrows. */
    private interface Encoder<T> {
        void encode(long id, T value, ByteBuf out);
    }

    /** Writes the client's answer to one command. */
    private record Answer<T>(CentrifugeConversation to, long id, Encoder<T> encoder)
            implements Reply<T> {

        @Override
        public void done(T value) {
            to.reply(id, value, encoder);
        }

        @Override
        public void refused(Refusal refusal) {
            to.refuse(id, refusal);
        }
    }

    /** Writes the client's answer to a subscribe, before the first delivery. */
    private record Subscribing(
            CentrifugeConversation to, long id, String channel, long askedOffset, boolean strict)
            implements Reply<Subscribed> {

        @Override
        public void done(Subscribed begin) {
            to.subscribed(this, begin);
        }

        @Override
        public void refused(Refusal refusal) {
            to.refuse(id, refusal);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.client.ClientSession;
import dev.orion.client.ClientSpec;
import dev.orion.client.Delivery;
import dev.orion.client.OpenedSession;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import dev.orion.realtime.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: packets to calls of its session, and deliveries to packets; the one
 * handler of its pipeline.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> with a DISCONNECT that says why, where the client speaks MQTT 5; the session may
 * go on without it.
 */
final class MqttConnection extends PacketDecoder implements SessionOutlet {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.mqtt");

    private final MqttServer server;
    private final LoopShare share;
    private final Connection connection;
    private final PacketWriter writer;
    private final KeepAlive keepAlive;

    private State state = State.NEW;
    private boolean isFive;
    private boolean holding; // reading is paused because the peer does not read
    private boolean opening; // reading is paused until the session is open
    private int maxPeerPacketBytes = Integer.MAX_VALUE;
    private Duration expiry = Duration.ZERO;
    private CloseReason closing; // null while open
    private ClientSession session; // null until it is open
    private OutboundAliases aliases; // null where the client wants none
    private Inbound inbound; // null until the client publishes
    private Subscriptions subscriptions; // null until the client subscribes

    MqttConnection(MqttServer server, LoopShare share, Connection connection) {
        this.server = server;
        this.share = share;
        this.connection = connection;
        this.writer = new PacketWriter(connection.channel());
        this.keepAlive = new KeepAlive(this, share.wheel);
    }

    private enum State {
        NEW,
        OPENING,
        OPEN
    }

    // What arrives

    @Override
    int maxPacketBytes() {
        return settings().maxPacketBytes();
    }

    private Settings settings() {
        return server.settings();
    }

    @Override
    boolean expects(int firstByte) {
        boolean isConnect = PacketType.of(firstByte) == PacketType.CONNECT;
        if (state == State.NEW && !isConnect) {
            end(Reason.PROTOCOL_ERROR, "no CONNECT", CloseReason.BAD_REQUEST); // MQTT-3.1.0-1
            return false;
        }
        if (!PacketType.hasLegalFlags(firstByte)) {
            throw BrokenRule.malformed("reserved flags"); // MQTT-2.1.3-1
        }
        return true;
    }

    @Override
    void packet(int firstByte, ByteBuf in) {
        keepAlive.heard();
        int type = PacketType.of(firstByte);
        switch (type) {
            case PacketType.PUBLISH -> inbound().publish(firstByte, in);
            case PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP ->
                    ack(type, in);
            case PacketType.PINGREQ -> ping(in);
            case PacketType.CONNECT -> connect(firstByte, in);
            case PacketType.SUBSCRIBE -> subscribe(firstByte, in);
            case PacketType.UNSUBSCRIBE -> unsubscribe(firstByte, in);
            case PacketType.DISCONNECT -> disconnected(in);
            case PacketType.AUTH -> // MQTT-4.12.0-7: it has named no method
                    throw BrokenRule.protocolError("no authentication was begun");
            case 0 -> throw BrokenRule.malformed("packet of type 0");
            default -> throw BrokenRule.protocolError("packet of a server");
        }
    }

    // CONNECT

    private void connect(int firstByte, ByteBuf in) {
        if (state != State.NEW) {
            throw BrokenRule.protocolError("second CONNECT"); // MQTT-3.1.0-2
        }
        int level = PacketCheck.level(in);
        isFive = level > 4;
        if (level < 3 || level > 5) {
            throw new BrokenRule(Reason.UNSUPPORTED_PROTOCOL_VERSION, "unsupported version");
        }
        if (isFive) {
            PacketCheck.connect(in, settings().maxUserProperties());
        }
        MqttMessage decoded = decoded(firstByte, in);
        open(ConnectPacket.of((MqttConnectMessage) decoded, settings().maxClientIdBytes()));
    }

    private MqttMessage decoded(int firstByte, ByteBuf in) {
        int length = in.readableBytes();
        ByteBuf packet = channel().alloc().buffer(length + 5);
        packet.writeByte(firstByte);
        VarInt.write(length, packet);
        packet.writeBytes(in, in.readerIndex(), length);
        return share.codec.decode(packet, isFive ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
    }

    private void open(ConnectPacket connect) {
        state = State.OPENING;
        var agreement = Agreement.on(connect, isFive, settings());
        maxPeerPacketBytes = connect.maxPacketBytes();
        aliases = agreement.maxAliases() == 0 ? null : new OutboundAliases(agreement.maxAliases());
        expiry = agreement.expiry();
        var client = new ClientSpec("", server.roles(connect.password()), "mqtt", connection.id());
        opening = true;
        Reading.pause(channel());
        server.clients().openSession(agreement.spec(client), this, new Opening(agreement));
    }

    /** Goes on when the session is there. */
    private final class Opening implements Reply<OpenedSession> {

        private final Agreement agreement;

        Opening(Agreement agreement) {
            this.agreement = agreement;
        }

        @Override
        public void done(OpenedSession opened) {
            resumeAfterOpening();
            if (closing != null || !channel().isActive()) {
                opened.session().close(true, Optional.empty()); // it was never told that it is open
                return;
            }
            session = opened.session();
            state = State.OPEN;
            keepAlive.begin(agreement.keepAlive());
            agreement.accept(opened.isPresent(), isFive, settings(), writer.packet());
            writer.packetEnd();
            writer.drain(); // deliveries may follow
        }

        @Override
        public void refused(Refusal refusal) {
            resumeAfterOpening();
            CloseReason why =
                    refusal == Refusal.LIMIT_EXCEEDED
                            ? CloseReason.CONNECTION_LIMIT
                            : CloseReason.INTERNAL_ERROR;
            refuse(Reason.ofSession(refusal), refusal.text(), why);
        }
    }

    private void resumeAfterOpening() {
        if (opening) {
            opening = false;
            Reading.resume(channel());
        }
    }

    private void refuse(int reason, String text, CloseReason why) {
        if (closing == null) {
            Packets.refusal(reason, text, isFive, writer.packet());
            writer.packetEnd();
            close(why);
        }
    }

    // The packets of an open session

    private Inbound inbound() {
        if (inbound == null) {
            inbound = new Inbound(this, session, writer, share.publish, settings(), isFive);
        }
        return inbound;
    }

    private Subscriptions subscriptions() {
        if (subscriptions == null) {
            subscriptions = new Subscriptions(session, writer, isFive, settings().maxFilters());
        }
        return subscriptions;
    }

    private void ack(int type, ByteBuf in) {
        int id = in.readUnsignedShort();
        if (id == 0) {
            throw BrokenRule.protocolError("packet identifier 0"); // MQTT-2.2.1-3
        }
        int reason = Reason.SUCCESS;
        if (isFive && in.isReadable()) {
            reason = in.readUnsignedByte();
            if (in.isReadable()) {
                Property.check(in, Property.IN_ACK, settings().maxUserProperties());
            }
        }
        checkEnd(in);
        switch (type) {
            case PacketType.PUBREL -> inbound().release(id);
            case PacketType.PUBREC -> received(id, reason);
            default -> session.acknowledged(id);
        }
    }

    /** PUBREC (MQTT 5 §4.3.3): one that refuses is the end of the delivery. */
    private void received(int id, int reason) {
        if (Reason.isFailure(reason)) {
            session.acknowledged(id);
            return;
        }
        session.received(
                id,
                new Reply<>() {
                    @Override
                    public void done(Boolean isKnown) {
                        int code = isKnown ? Reason.SUCCESS : Reason.PACKET_IDENTIFIER_NOT_FOUND;
                        ack(PacketType.PUBREL, id, code);
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        fail(Reason.ofPublication(refusal), refusal.text());
                    }
                });
    }

    /** Writes an acknowledgement. */
    void ack(int type, int id, int reason) {
        if (closing == null) {
            Packets.ack(type, id, reason, isFive, writer.packet());
            writer.packetEnd();
        }
    }

    private void ping(ByteBuf in) {
        checkEnd(in);
        Packets.pingResp(writer.packet());
        writer.packetEnd();
    }

    private static void checkEnd(ByteBuf in) {
        if (in.isReadable()) {
            throw BrokenRule.malformed("packet too long");
        }
    }

    private void subscribe(int firstByte, ByteBuf in) {
        PacketCheck.subscribe(in, isFive, settings().maxUserProperties());
        checkId(in);
        subscriptions().subscribe((MqttSubscribeMessage) decoded(firstByte, in));
    }

    private void unsubscribe(int firstByte, ByteBuf in) {
        PacketCheck.unsubscribe(in, isFive, settings().maxUserProperties());
        checkId(in);
        subscriptions().unsubscribe((MqttUnsubscribeMessage) decoded(firstByte, in));
    }

    private static void checkId(ByteBuf in) {
        if (in.getUnsignedShort(in.readerIndex()) == 0) {
            throw BrokenRule.protocolError("packet identifier 0"); // MQTT-2.2.1-3
        }
    }

    /** DISCONNECT (MQTT 5 §3.14, MQTT 3.1.1 §3.14). */
    private void disconnected(ByteBuf in) {
        DisconnectPacket packet = DisconnectPacket.read(in, isFive);
        checkEnd(in);
        Optional<Duration> changed = packet.expiry();
        if (changed.isPresent() && !changed.get().isZero() && expiry.isZero()) {
            throw BrokenRule.protocolError("session expiry was 0"); // MQTT-3.14.2-2
        }
        session.close(packet.reason() == Reason.SUCCESS, changed.map(settings()::expiry));
        session = null;
        close(CloseReason.CONNECTION_CLOSED);
    }

    // What the session asks for

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public WireForm wireForm() {
        return wireForm(false, List.of());
    }

    @Override
    public WireForm wireForm(boolean retainAsPublished, List<Integer> subscriptions) {
        List<Integer> told = isFive ? subscriptions : List.of();
        return new MqttForm(isFive, retainAsPublished, told, maxPeerPacketBytes);
    }

    @Override
    public void deliver(Delivery delivery) {
        if (closing != null) {
            return;
        }
        int qos = PublishEncoder.level(delivery.qos());
        int firstByte = PublishEncoder.firstByte(qos, delivery.again(), delivery.retained());
        boolean isWritten =
                PublishEncoder.encode(
                        delivery.message(),
                        firstByte,
                        delivery.id(),
                        isFive,
                        delivery.subscriptions(),
                        aliases,
                        maxPeerPacketBytes,
                        writer.packet());
        writer.packetEnd();
        if (!isWritten && qos > 0) {
            session.acknowledged(delivery.id());
        }
    }

    @Override
    public void release(int id) {
        ack(PacketType.PUBREL, id, Reason.SUCCESS);
    }

    /** Broadcast channels are joined without a word: MQTT has none. */
    @Override
    public void subscribed(String channel, Subscribed position) {}

    @Override
    public void unsubscribed(String channel) {}

    @Override
    public void disconnect(CloseReason reason) {
        end(Reason.ofClose(reason), reason.text(), reason);
    }

    // The end

    @Override
    void broken(BrokenRule rule) {
        log.atDebug()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("code", rule.reason())
                .addKeyValue("reason", rule.getMessage())
                .log("MQTT client broke a rule");
        fail(rule.reason(), rule.getMessage());
    }

    /** Ends because of something that the client did. */
    void fail(int reason, String text) {
        boolean mayBeTold = isFive || Reason.toReturnCode(reason) < 3;
        if (state == State.NEW && mayBeTold) {
            refuse(reason, text, CloseReason.BAD_REQUEST);
        } else {
            end(reason, text, CloseReason.BAD_REQUEST);
        }
    }

    /** Ends; a client of MQTT 5 that has had its CONNACK is told why (MQTT-3.14.0-1). */
    private void end(int reason, String text, CloseReason why) {
        if (closing != null) {
            return;
        }
        if (isFive && state == State.OPEN) {
            Packets.disconnect(reason, text, maxPeerPacketBytes, writer.packet());
            writer.packetEnd();
        }
        close(why);
    }

    private void close(CloseReason why) {
        closing = why;
        stopListening();
        leave();
        writer.readComplete();
        hold(false);
        connection.finish(why);
    }

    /** What must be given back, whoever ends the connection. */
    private void leave() {
        keepAlive.stop();
        if (inbound != null) {
            inbound.close();
        }
        if (subscriptions != null) {
            subscriptions.close();
        }
        if (session != null) {
            ClientSession left = session;
            session = null;
            left.close(false, Optional.empty());
        }
    }

    // Events

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        keepAlive.awaitConnect(settings().connectTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        writer.reading();
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // Not the inherited method: it reads on by itself when reading is paused.
        discardSomeReadBytes();
        writer.readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        hold(closing == null && !channel().isWritable());
    }

    private void hold(boolean reading) {
        if (reading == holding) {
            return;
        }
        holding = reading;
        if (holding) {
            Reading.pause(channel());
        } else {
            Reading.resume(channel());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof GoAway away) {
            disconnect(away.reason());
        } else if (event == Reading.RESUMED) {
            goOn(ctx);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        stopListening();
        if (closing == null) {
            closing = CloseReason.CONNECTION_CLOSED;
            leave();
        } else {
            connection.close(closing); // the peer was faster; the reason is still ours
        }
        writer.close();
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            connection.close(CloseReason.CONNECTION_CLOSED);
            return;
        }
        log.atError()
                .addKeyValue("connection_id", connection.id())
                .setCause(cause)
                .log("Connection failed");
        end(Reason.UNSPECIFIED_ERROR, "internal server error", CloseReason.INTERNAL_ERROR);
    }

    // Time

    /** The client has been silent for too long. */
    void silent() {
        if (state == State.OPEN) {
            end(Reason.KEEP_ALIVE_TIMEOUT, "keep alive", CloseReason.NO_PONG);
        } else {
            end(Reason.KEEP_ALIVE_TIMEOUT, "no CONNECT in time", CloseReason.STALE);
        }
    }

    /** Whether it is we who do not listen, and not because the client does not read. */
    boolean isDeaf() {
        return Reading.isPaused(channel()) && !holding;
    }

    /** Ends without a word. */
    void cut(CloseReason why) {
        connection.close(why);
    }
}

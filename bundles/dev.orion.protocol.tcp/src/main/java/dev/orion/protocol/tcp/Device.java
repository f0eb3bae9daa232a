// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import dev.orion.route.Route;
import dev.orion.route.Target.ToChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device whose stream is messages of a channel: a client like any other, which knows nothing of
 * channels.
 *
 * <p>Nothing is read while it does not take what is for it, while the channel has too much to do,
 * or while too many of its messages are not safe yet.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> with the connection, or with the end of the device's input.
 */
final class Device extends ChannelInboundHandlerAdapter implements Outlet, Reply<StreamPosition> {

    /** The channel for the way back does not let the device in. */
    static final CloseReason BACK_REFUSED = new CloseReason(3105, "back channel refused");

    private static final int MOST_UNSAFE = 1024;
    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.tcp");

    private final Connection connection;
    private final Route route;
    private final RouteSettings settings;
    private final String channelName;
    private final Client client;

    private int unsafe; // published and not answered
    private boolean holdingUnsafe;
    private boolean holdingFull;
    private boolean leaving;

    private Device(Connection connection, Route route, RouteSettings settings, Clients clients) {
        this.connection = connection;
        this.route = route;
        this.settings = settings;
        this.channelName = filled((ToChannel) route.target());
        this.client =
                clients.open(
                        new ClientSpec(settings.user(), Set.of(), "tcp", connection.id()), this);
    }

    /** Takes a new connection. */
    static void begin(Connection connection, Route route, RouteSettings settings, Clients clients) {
        Channel channel = connection.channel();
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        route.began();
        channel.closeFuture().addListener(closed -> route.ended());
        var device = new Device(connection, route, settings, clients);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast( // bytes -> message
                "frames", new FrameDecoder(settings.framing(), settings.maxFrameBytes()));
        pipeline.addLast("device", device);
        device.subscribe();
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public WireForm wireForm() {
        return new DeviceForm(settings.framing());
    }

    @Override
    public void subscribed(String channel, Subscribed position) {
        // there are no words for it
    }

    @Override
    public void unsubscribed(String channel) {
        // there are no words for it
    }

    @Override
    public void disconnect(CloseReason reason) {
        leave(reason);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var frame = (ByteBuf) message;
        try {
            if (!leaving && !isBlankLine(frame)) {
                publish(ByteBufUtil.getBytes(frame));
            }
        } finally {
            frame.release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        boolean full = !leaving && !channel().isWritable();
        if (full != holdingFull) {
            holdingFull = full;
            hold(full);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway away) {
            leave(away.reason());
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            // Who still listens cannot be told from who has gone, and would be kept for ever.
            connection.close(CloseReason.CONNECTION_CLOSED);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        client.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.failed(cause);
        if (cause instanceof TooLongFrameException) {
            connection.defended("max-frame");
            log.atDebug()
                    .addKeyValue("connection_id", connection.id())
                    .addKeyValue("route", route.name())
                    .addKeyValue("max_frame_bytes", settings.maxFrameBytes())
                    .log("Message of a device is too long");
            leave(CloseReason.BAD_REQUEST);
        } else if (cause instanceof IOException) {
            connection.close(CloseReason.CONNECTION_CLOSED);
        } else {
            log.atError()
                    .addKeyValue("connection_id", connection.id())
                    .setCause(cause)
                    .log("Connection failed");
            connection.close(CloseReason.INTERNAL_ERROR);
        }
    }

    // --- answers to what it publishes ---------------------------------------------------------

    @Override
    public void done(StreamPosition position) {
        answered();
    }

    @Override
    public void refused(Refusal refusal) {
        answered();
        log.atDebug()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("route", route.name())
                .addKeyValue("channel", channelName)
                .addKeyValue("reason", refusal.text())
                .log("Message of a device refused");
    }

    private void publish(byte[] bytes) {
        if (++unsafe == MOST_UNSAFE) {
            holdingUnsafe = true;
            hold(true);
        }
        var payload = Payload.untrusted(bytes, settings.contentType());
        client.publish(channelName, Publication.of(payload), this);
    }

    private void answered() {
        unsafe--;
        if (holdingUnsafe && unsafe <= MOST_UNSAFE / 2) {
            holdingUnsafe = false;
            hold(false);
        }
    }

    private void subscribe() {
        settings.back()
                .ifPresent(
                        back ->
                                client.subscribe(
                                        filled(back), SubscribeOptions.NONE, new Subscription()));
    }

    private void leave(CloseReason reason) {
        if (leaving) {
            return;
        }
        leaving = true;
        if (holdingFull) {
            holdingFull = false;
            hold(false);
        }
        client.close();
        connection.finish(reason);
    }

    private void hold(boolean reading) {
        if (reading) {
            Reading.pause(channel());
        } else {
            Reading.resume(channel());
        }
    }

    private boolean isBlankLine(ByteBuf frame) {
        return !frame.isReadable() && settings.framing() instanceof Framings.Lines;
    }

    private String filled(ToChannel target) {
        if (target.isFixed()) {
            return target.name();
        }
        return channel().remoteAddress() instanceof InetSocketAddress peer
                ? target.of(peer.getAddress().getHostAddress(), peer.getPort(), connection.id())
                : target.of("unknown", 0, connection.id());
    }

    /** The answer to the subscription for the way back. */
    private final class Subscription implements Reply<Subscribed> {

        @Override
        public void done(Subscribed begin) {
            // what was published before is not for it
        }

        @Override
        public void refused(Refusal refusal) {
            route.failed();
            log.atDebug()
                    .addKeyValue("connection_id", connection.id())
                    .addKeyValue("route", route.name())
                    .addKeyValue("reason", refusal.text())
                    .log("Channel for the way back refused");
            leave(BACK_REFUSED);
        }
    }
}

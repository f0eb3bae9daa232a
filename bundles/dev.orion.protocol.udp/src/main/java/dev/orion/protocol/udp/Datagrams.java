// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import dev.orion.client.LoneCommands;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.route.Route;
import dev.orion.route.RouteManager;
import dev.orion.route.Target.ToChannel;
import dev.orion.route.Target.ToEndpoint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What arrives at one socket: is passed on by its flow, published, or taken for a command.
 *
 * <p>Nothing is written to it but answers to those who have sent something.
 *
 * <p><b>Threads:</b> the socket's event loop.
 *
 * <p><b>Ends:</b> with {@link GoAway} or with the socket; flows end then, and answers that are
 * waited for do not come.
 */
final class Datagrams extends ChannelDuplexHandler {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.udp");

    private final Connection connection;
    private final RouteManager routes;
    private final LoneCommands commands;
    private final Publisher publisher;
    private final Flows flows;

    private boolean reading; // what is written in this turn is flushed at the end of its reads

    Datagrams(
            Connection connection,
            RouteManager routes,
            LoneCommands commands,
            Publisher publisher,
            Flows flows) {
        this.connection = connection;
        this.routes = routes;
        this.commands = commands;
        this.publisher = publisher;
        this.flows = flows;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        var packet = (DatagramPacket) message;
        try {
            if (packet.sender().getPort() != 0) { // else nobody could be answered
                take(packet);
            }
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        flows.flush();
        ctx.flush(); // answers, with one system call where there is one for several
    }

    /** What is no datagram is what channels deliver to a client that hears nothing. */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof DatagramPacket) {
            ctx.write(message, promise);
        } else {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway) {
            close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close();
    }

    /** A socket that many share goes on, whatever one of them has brought about. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.atDebug()
                    .addKeyValue("endpoint", connection.endpoint().authority())
                    .addKeyValue("reason", cause.getMessage())
                    .log("Datagram failed");
        } else {
            log.atError()
                    .addKeyValue("endpoint", connection.endpoint().authority())
                    .setCause(cause)
                    .log("Datagram failed");
        }
    }

    private void take(DatagramPacket packet) {
        if (flows.carry(packet)) {
            return;
        }
        Optional<Route> route = routes.atPort("udp", connection.endpoint().port());
        if (route.isEmpty()) {
            command(packet);
        } else if (route.get().target() instanceof ToEndpoint to) {
            flows.open(packet, route.get(), to.endpoint());
        } else if (route.get().target() instanceof ToChannel to) {
            publisher.publish(packet, route.get(), to);
        }
    }

    private void command(DatagramPacket packet) {
        InetSocketAddress peer = packet.sender();
        int room = packet.content().readableBytes();
        Channel socket = connection.channel();
        commands.receive(
                packet.content(),
                answer -> {
                    if (answer.readableBytes() > room || !socket.isWritable()) {
                        answer.release();
                    } else {
                        socket.write(new DatagramPacket(answer, peer), socket.voidPromise());
                        if (!reading) {
                            socket.flush();
                        }
                    }
                });
    }

    private void close() {
        commands.close();
        publisher.close();
        flows.close();
    }
}

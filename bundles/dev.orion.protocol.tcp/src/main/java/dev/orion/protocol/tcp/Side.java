// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a {@link PassThrough}: what it reads is written to the other one.
 *
 * <p>While the other one is full nothing is read here. So what is kept for one direction is at most
 * the high water mark and one read of the socket.
 *
 * <p><b>Threads:</b> the event loop that both sides live on.
 */
final class Side extends ChannelInboundHandlerAdapter {

    /** A peer that takes nothing for so long when it is all that is left has gone, too. */
    private static final long STUCK_SECONDS = 30;

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.tcp");

    private final PassThrough flow;
    private final Connection connection;
    private final Channel channel;

    private Queue<Object> early; // what came before there was another side
    private Side other;
    private boolean holding = true; // reading is paused because of this one
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean leaving; // what still arrives is thrown away
    private CloseReason reason = CloseReason.CONNECTION_CLOSED;

    Side(PassThrough flow, Connection connection) {
        this.flow = flow;
        this.connection = connection;
        this.channel = connection.channel();
    }

    void link(Side otherSide) {
        other = otherSide;
    }

    /** The other side is there, and takes what is read from now on. */
    void begin() {
        if (early != null) {
            early.forEach(other.channel::write);
            early = null;
            other.channel.flush();
        }
        hold(!other.channel.isWritable());
        if (inputEnded) {
            other.endOutput();
        }
    }

    /** Writes what has been read and then the end of the stream, and closes when that is done. */
    void leave(CloseReason why) {
        leaving = true;
        reason = why;
        hold(false);
        closeIfStuck(Long.MAX_VALUE);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (written.isSuccess() && !inputEnded) {
                                connection.finish(reason);
                            } else {
                                connection.close(reason);
                            }
                        });
    }

    /** Ends it as it would end if its peer were connected to the other one's, which has reset. */
    void reset() {
        leaving = true;
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        connection.close(CloseReason.CONNECTION_CLOSED);
    }

    void close(CloseReason why) {
        leaving = true;
        connection.close(why);
    }

    /** What its peer has not taken yet. */
    long owedBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        flow.passed();
        if (leaving) {
            ReferenceCountUtil.release(message);
        } else if (other == null) {
            keep(message);
        } else {
            Channel to = other.channel;
            to.write(message, to.voidPromise());
            if (!to.isWritable()) {
                hold(true); // also ends what is left of this turn's reads
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (other != null) {
            other.channel.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (other != null && !flow.isEnded()) {
            other.hold(!channel.isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway away) {
            flow.end(away.reason());
        } else if (event == ChannelInputShutdownEvent.INSTANCE
                || event == SslCloseCompletionEvent.SUCCESS) {
            inputEnded();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        flow.gone(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (early != null) {
            early.forEach(ReferenceCountUtil::release);
            early = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (leaving) {
            return; // what could not be written any more
        }
        connection.failed(cause);
        if (!(cause instanceof IOException)) {
            log.atError()
                    .addKeyValue("connection_id", connection.id())
                    .setCause(cause)
                    .log("Connection failed");
        }
        flow.broken(this);
    }

    private void keep(Object message) {
        if (early == null) {
            early = new ArrayDeque<>(2);
        }
        early.add(message);
    }

    private void inputEnded() {
        if (inputEnded) {
            return;
        }
        inputEnded = true;
        if (leaving) {
            connection.close(reason);
        } else if (other != null) {
            other.endOutput();
        }
    }

    /** Sends the end of the stream behind all that has been written. */
    private void endOutput() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (!written.isSuccess() || leaving) {
                                return; // its own end takes care of the rest
                            }
                            outputEnded = true;
                            if (other.outputEnded || !connection.endOutput()) {
                                flow.done();
                            }
                        });
    }

    private void hold(boolean reading) {
        if (reading == holding) {
            return;
        }
        holding = reading;
        if (holding) {
            Reading.pause(channel);
        } else {
            Reading.resume(channel);
        }
    }

    /** A peer that still takes what it is owed, however slowly, is given more time. */
    private void closeIfStuck(long owed) {
        channel.eventLoop()
                .schedule(
                        () -> {
                            long left = owedBytes();
                            if (left > 0 && left < owed) {
                                closeIfStuck(left);
                            } else {
                                connection.close(reason);
                            }
                        },
                        STUCK_SECONDS,
                        TimeUnit.SECONDS);
    }
}

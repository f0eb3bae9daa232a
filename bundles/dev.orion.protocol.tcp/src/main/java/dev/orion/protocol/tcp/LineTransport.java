// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Framing;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one conversation over a connection whose lines arrive as buffers.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> when the peer is gone, when the conversation closes it, or a moment after the
 * peer has finished sending, so that the answers it waits for still reach it.
 */
final class LineTransport extends ChannelInboundHandlerAdapter implements ClientTransport {

    static final String LINES = "lines";

    /** How often a slow peer is given more time, so that nobody keeps a connection for ever. */
    private static final int MOST_LINGERS = 30;

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.tcp");

    private final Connection connection;
    private final ClientProtocol clients;
    private final Duration linger;

    private Conversation conversation;
    private boolean inputEnded;
    private boolean discarding;
    private boolean closing;
    private boolean holding; // reading is paused because of this one

    LineTransport(Connection connection, ClientProtocol clients, Duration linger) {
        this.connection = connection;
        this.clients = clients;
        this.linger = linger;
    }

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public Framing framing() {
        return LineFraming.SHARED;
    }

    @Override
    public boolean isEmulated() {
        return false;
    }

    @Override
    public boolean answersPings() {
        return false;
    }

    @Override
    public boolean hasCloseCodes() {
        return false;
    }

    /**
     * Sends what was written and then the end of the stream, and leaves when the peer does.
     *
     * <p>What still arrives is thrown away unread: to close a socket that holds unread bytes would
     * reset it, and the peer would lose the words that told it why.
     */
    @Override
    public void close(CloseReason reason) {
        if (closing) {
            return;
        }
        closing = true;
        stopReadingLines();
        hold(false);
        leaveLater(reason);
        channel()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            boolean waits =
                                    !inputEnded && written.isSuccess() && connection.endOutput();
                            if (!waits) {
                                connection.close(reason);
                            }
                        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        conversation = clients.begin(connection, this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var line = (ByteBuf) message;
        try {
            if (!discarding && !isBlank(line)) {
                conversation.receive(line);
            }
        } finally {
            line.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        conversation.readComplete();
    }

    /** Reads nothing from a peer that does not read its answers. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        hold(!closing && !channel().isWritable());
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
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof GoAway away) {
            conversation.end(away.reason());
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        conversation.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.failed(cause);
        if (cause instanceof TooLongFrameException) {
            stopReadingLines();
            conversation.end(CloseReason.BAD_REQUEST);
        } else if (cause instanceof IOException) {
            connection.close(CloseReason.CONNECTION_CLOSED);
        } else {
            log.atError()
                    .addKeyValue("connection_id", connection.id())
                    .setCause(cause)
                    .log("Connection failed");
            // Without a word: what is broken may be what would write it.
            connection.close(CloseReason.INTERNAL_ERROR);
        }
    }

    private void inputEnded() {
        inputEnded = true;
        if (closing) {
            connection.close(CloseReason.CONNECTION_CLOSED);
            return;
        }
        leaveLater(CloseReason.CONNECTION_CLOSED);
    }

    private void leaveLater(CloseReason reason) {
        leaveLater(reason, MOST_LINGERS);
    }

    /** A peer that still takes what it is owed, slowly, is given as much time again. */
    private void leaveLater(CloseReason reason, int lingers) {
        long owed = owedBytes();
        channel()
                .eventLoop()
                .schedule(
                        () -> {
                            long left = owedBytes();
                            if (lingers > 1 && left > 0 && left < owed) {
                                leaveLater(reason, lingers - 1);
                            } else {
                                connection.close(reason);
                            }
                        },
                        linger.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private long owedBytes() {
        ChannelOutboundBuffer waiting = channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    private static boolean isBlank(ByteBuf line) {
        return line.forEachByte(each -> each == ' ' || each == '\t' || each == '\r') < 0;
    }

    /** From here on bytes come as they are, and are released. */
    private void stopReadingLines() {
        discarding = true;
        if (channel().pipeline().get(LINES) != null) {
            channel().pipeline().remove(LINES);
        }
    }
}

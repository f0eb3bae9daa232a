// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket (RFC 6455): the one handler of its pipeline, which keeps the rules of the standard.
 *
 * <p>Nothing is in the way of what is written: whole frames are.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> with the closing handshake (RFC 6455 §7), or without it when the peer does not
 * answer in time.
 */
abstract class WebSocketConnection extends FrameReader {

    static final String NAME = "websocket";

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.websocket");
    private static final long CLOSE_SECONDS = 3;

    private final Connection connection;
    private final WebSockets sockets;
    private final MessageFraming framing;
    private ChannelHandlerContext context;
    private CloseReason closing; // null while open
    private boolean unflushed;
    private long unsent; // when the peer was given time to close
    private boolean holding; // reading is paused because of this one

    WebSocketConnection(Connection connection, WebSockets sockets, MessageFraming framing) {
        super(framing.mayBeCompressed());
        this.connection = connection;
        this.sockets = sockets;
        this.framing = framing;
    }

    /** Everything that has arrived in this turn has been taken. */
    void readComplete() {}

    /** The server, or this plug-in, wants the connection to end. */
    abstract void goAway(CloseReason reason);

    /** The connection is gone. */
    void gone() {}

    public final Channel channel() {
        return connection.channel();
    }

    final Connection connection() {
        return connection;
    }

    /** How messages are sent; equal where what is sent is the same. */
    final MessageFraming messageFraming() {
        return framing;
    }

    /** Its place in the pipeline, where what it writes begins its way. */
    final ChannelHandlerContext context() {
        return context;
    }

    /** Whether the closing handshake has begun. */
    @Override
    final boolean isClosing() {
        return closing != null;
    }

    @Override
    int maxMessageBytes() {
        return sockets.settings().maxMessageBytes();
    }

    /** Writes a whole message, to be flushed by the end of this turn. Borrows {@code payload}. */
    final void write(int opcode, ByteBuf payload) {
        int length = payload.readableBytes();
        if (length <= LargeMessages.LARGE) {
            context.write(frame(opcode, payload), context.voidPromise());
        } else if (mayHold(length)) {
            ChannelPromise written = context.newPromise();
            written.addListener(done -> givesBack(length));
            writeLarge(opcode, payload, written);
        } else {
            close(CloseCode.TRY_AGAIN_LATER); // nothing has been written of this one
        }
        unflushed = true;
    }

    private void writeLarge(int opcode, ByteBuf payload, ChannelPromise written) {
        ByteBuf frame;
        try {
            frame = frame(opcode, payload);
        } catch (RuntimeException | Error noMemory) {
            written.setFailure(noMemory);
            throw noMemory;
        }
        context.write(frame, written);
    }

    private ByteBuf frame(int opcode, ByteBuf payload) {
        int most = payload.readableBytes() + PlainFraming.MAX_HEAD_BYTES;
        ByteBuf frame = channel().alloc().buffer(most);
        MessageFraming how = Opcode.isControl(opcode) ? PlainFraming.INSTANCE : framing;
        how.frame(opcode, payload, frame);
        return frame;
    }

    /** Begins the closing handshake because of a rule of RFC 6455. */
    @Override
    final void close(CloseCode code) {
        close(code.code(), code.text(), code.reason());
    }

    /** Begins the closing handshake; what has been written goes before it. */
    final void close(int code, String text, CloseReason reason) {
        if (closing != null) {
            return;
        }
        closing = reason;
        readComplete(); // what was answered goes before it
        log.atDebug()
                .addKeyValue("connection_id", connection.id())
                .addKeyValue("code", code)
                .addKeyValue("reason", text)
                .log("WebSocket closing");
        byte[] words = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = channel().alloc().buffer(words.length + 4);
        PlainFraming.head(Opcode.CLOSE, words.length + 2, frame);
        frame.writeShort(code);
        frame.writeBytes(words);
        context.writeAndFlush(frame).addListener(written -> closeWritten());
        awaitPeer();
        hold(false); // the peer's answer is all that matters now
    }

    /** All of it is written. */
    private void closeWritten() {
        if (!channel().isActive()) {
            connection.close(closing);
        } else if (isDeaf()) {
            connection.endOutput();
        }
    }

    /** The peer closes in its turn, or is closed; it may take what was written before as it can. */
    private void awaitPeer() {
        unsent = unsent();
        channel().eventLoop().schedule(this::timedOut, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private void timedOut() {
        if (channel().isActive() && unsent() < unsent) {
            awaitPeer();
        } else {
            connection.close(closing);
        }
    }

    /** The bytes that the channel has not taken yet, and a few for each piece. */
    private long unsent() {
        ChannelOutboundBuffer waiting = channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    // Events

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        sockets.add(this);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        sockets.remove(this);
        releaseUnfinished();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // Not the inherited method: it reads on by itself when reading is paused.
        discardSomeReadBytes();
        readComplete();
        if (unflushed) {
            unflushed = false;
            ctx.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        hold(closing == null && !ctx.channel().isWritable());
        ctx.fireChannelWritabilityChanged();
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

    /** Goes on with the frames that came before reading was paused. */
    private void goOn(ChannelHandlerContext ctx) throws Exception {
        if (actualReadableBytes() > 0) {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
            channelReadComplete(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof GoAway goAway) {
            goAway(goAway.reason());
        } else if (event == Reading.RESUMED) {
            ctx.fireUserEventTriggered(event); // what is behind has older bytes
            goOn(ctx);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        deafen();
        sockets.remove(this);
        releaseUnfinished();
        if (closing != null) {
            connection.close(closing); // the peer was faster; the reason is still ours
        }
        gone();
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.failed(cause);
        if (cause instanceof IOException) {
            connection.close(CloseReason.CONNECTION_CLOSED);
            return;
        }
        log.atWarn()
                .addKeyValue("connection_id", connection.id())
                .setCause(cause)
                .log("WebSocket connection failed");
        fail(CloseCode.INTERNAL_ERROR);
    }

    // What is read

    @Override
    final boolean isPaused() {
        return closing == null && Reading.isPaused(channel());
    }

    @Override
    final boolean mayHold(long bytes) {
        return sockets.largeMessages().hold(bytes, sockets.settings().largeMessageBytes());
    }

    @Override
    final void givesBack(long bytes) {
        sockets.largeMessages().giveBack(bytes);
    }

    @Override
    final void control(int opcode, ByteBuf payload) {
        if (opcode == Opcode.CLOSE) {
            peerCloses(payload);
        } else if (opcode == Opcode.PING && closing == null) {
            write(Opcode.PONG, payload);
        }
    }

    private void peerCloses(ByteBuf payload) {
        if (closing != null) {
            deafen();
            connection.close(closing);
            return;
        }
        int length = payload.readableBytes();
        int code =
                length < 2
                        ? CloseCode.NORMAL.code()
                        : payload.getUnsignedShort(payload.readerIndex());
        if (length == 1 || !CloseCode.mayBeSent(code)) {
            fail(CloseCode.PROTOCOL_ERROR);
        } else if (length > 2 && !isText(payload, 2)) {
            fail(CloseCode.INVALID_PAYLOAD);
        } else {
            answerClose(payload, Math.min(length, 2));
        }
    }

    /** Says the code back, and is the first to close (RFC 6455 §7.1.1). */
    private void answerClose(ByteBuf payload, int length) {
        deafen();
        closing = CloseReason.CONNECTION_CLOSED;
        readComplete(); // what was answered goes before it
        write(Opcode.CLOSE, payload.slice(payload.readerIndex(), length));
        context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> connection.close(closing));
        if (channel().isActive()) {
            awaitPeer();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the frames of one WebSocket (RFC 6455) and keeps its rules; the one handler of its
 * pipeline.
 *
 * <p>A frame is unmasked as it is copied to the heap, where whoever reads it wants it, and lent to
 * {@link #text} or {@link #binary}; a fragmented message is gathered first. Nothing is in the way
 * of what is written: whole frames are.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> with the closing handshake (RFC 6455 §7), or without it when the peer does not
 * answer in time.
 */
abstract class WebSocketConnection extends ByteToMessageDecoder {

    static final String NAME = "websocket";

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.websocket");
    private static final int MASK_BYTES = 4;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final long CLOSE_SECONDS = 3;

    private final Connection connection;
    private final WebSockets sockets;
    private ChannelHandlerContext context;
    private ByteBuf fragments; // null while no fragmented message is under way
    private CloseReason closing; // null while open
    private byte fragmentedOpcode;
    private boolean deaf; // nothing that comes can be understood any more
    private boolean unflushed;
    private boolean holding; // reading is paused because of this one

    WebSocketConnection(Connection connection, WebSockets sockets) {
        this.connection = connection;
        this.sockets = sockets;
    }

    /** Takes a whole text message. <b>Buffer:</b> borrows {@code message}. */
    abstract void text(ByteBuf message);

    /** Takes a whole binary message. <b>Buffer:</b> borrows {@code message}. */
    abstract void binary(ByteBuf message);

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

    /** Its place in the pipeline, where what it writes begins its way. */
    final ChannelHandlerContext context() {
        return context;
    }

    /** Whether the closing handshake has begun. */
    final boolean isClosing() {
        return closing != null;
    }

    /** The longest message that the peer may send. */
    int maxMessageBytes() {
        return sockets.settings().maxMessageBytes();
    }

    /** Writes a whole message, to be flushed by the end of this turn. Borrows {@code payload}. */
    final void write(int opcode, ByteBuf payload) {
        int length = payload.readableBytes();
        ByteBuf frame = channel().alloc().buffer(length + TextFraming.MAX_HEAD_BYTES);
        TextFraming.head(opcode, length, frame);
        frame.writeBytes(payload, payload.readerIndex(), length);
        context.write(frame, context.voidPromise());
        unflushed = true;
    }

    /** Begins the closing handshake because of a rule of RFC 6455. */
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
        TextFraming.head(Opcode.CLOSE, words.length + 2, frame);
        frame.writeShort(code);
        frame.writeBytes(words);
        context.writeAndFlush(frame).addListener(written -> awaitPeer());
        hold(false); // the peer's answer is all that matters now
    }

    /** The peer closes in its turn, or is closed. */
    private void awaitPeer() {
        if (!channel().isActive()) {
            connection.close(closing);
            return;
        }
        if (deaf) {
            connection.endOutput();
        }
        channel()
                .eventLoop()
                .schedule(() -> connection.close(closing), CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** The peer broke a rule: whatever it sends from now on has no meaning. */
    private void fail(CloseCode code) {
        deaf = true;
        close(code);
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
        releaseFragments();
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
        deaf = true;
        sockets.remove(this);
        releaseFragments();
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

    // Frames

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (deaf) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (closing == null && Reading.isPaused(channel())) {
            return; // frames stay bytes until somebody may take them
        }
        int available = in.readableBytes();
        if (available < 2) {
            return;
        }
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        if (!isLegal(first, second)) {
            fail(CloseCode.PROTOCOL_ERROR);
            return;
        }
        int shortLength = second & 0x7f;
        int headBytes = headBytes(shortLength);
        if (available < headBytes) {
            return;
        }
        long length = length(in, start, shortLength);
        if (length < 0) {
            fail(CloseCode.PROTOCOL_ERROR);
        } else if (!Opcode.isControl(first & 0xf) && length > room()) {
            fail(CloseCode.TOO_BIG);
        } else if (available >= headBytes + length) {
            int mask = in.getInt(start + headBytes - MASK_BYTES);
            in.skipBytes(headBytes);
            unmask(first, in, (int) length, mask);
        }
    }

    private void unmask(int first, ByteBuf in, int length, int mask) {
        ByteBuf payload = Unmasked.borrow(length);
        in.readBytes(payload, length);
        boolean isAscii = Unmasked.unmask(payload.array(), length, mask);
        try {
            frame(first, payload, isAscii);
        } finally {
            Unmasked.giveBack(payload);
        }
    }

    /** Whether the first two bytes of a frame keep the rules of RFC 6455 §5.1, §5.2, §5.4, §5.5. */
    private boolean isLegal(int first, int second) {
        int opcode = first & 0xf;
        boolean isFinal = (first & 0x80) != 0;
        boolean isMasked = (second & 0x80) != 0;
        if ((first & 0x70) != 0 || !isMasked || !Opcode.isKnown(opcode)) {
            return false;
        }
        if (Opcode.isControl(opcode)) {
            return isFinal && (second & 0x7f) <= MAX_CONTROL_BYTES;
        }
        return (opcode == Opcode.CONTINUATION) == (fragments != null);
    }

    private static int headBytes(int shortLength) {
        return switch (shortLength) {
            case 126 -> 4 + MASK_BYTES;
            case 127 -> 10 + MASK_BYTES;
            default -> 2 + MASK_BYTES;
        };
    }

    /** The length of the payload; -1 when it is not written in the shortest form. */
    private static long length(ByteBuf in, int start, int shortLength) {
        if (shortLength == 126) {
            int length = in.getUnsignedShort(start + 2);
            return length < 126 ? -1 : length;
        }
        if (shortLength == 127) {
            long length = in.getLong(start + 2);
            return length <= 0xffff ? -1 : length;
        }
        return shortLength;
    }

    /** How many bytes the message under way may still have. */
    private int room() {
        int gathered = fragments == null ? 0 : fragments.readableBytes();
        return maxMessageBytes() - gathered;
    }

    private void frame(int first, ByteBuf payload, boolean isAscii) {
        int opcode = first & 0xf;
        if (opcode == Opcode.CLOSE) {
            peerCloses(payload);
            return;
        }
        if (closing != null || opcode == Opcode.PONG) {
            return;
        }
        if (opcode == Opcode.PING) {
            write(Opcode.PONG, payload);
            return;
        }
        boolean isFinal = (first & 0x80) != 0;
        if (isFinal && fragments == null) {
            message(opcode, payload, isAscii);
        } else {
            gather(opcode, payload, isFinal);
        }
    }

    private void gather(int opcode, ByteBuf payload, boolean isFinal) {
        if (fragments == null) {
            fragments = channel().alloc().buffer(payload.readableBytes());
            fragmentedOpcode = (byte) opcode;
        }
        fragments.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        if (isFinal) {
            ByteBuf whole = fragments;
            fragments = null;
            try {
                message(fragmentedOpcode, whole, false);
            } finally {
                whole.release();
            }
        }
    }

    private void message(int opcode, ByteBuf message, boolean knownAsText) {
        if (opcode == Opcode.BINARY) {
            binary(message);
        } else if (knownAsText || ByteBufUtil.isText(message, StandardCharsets.UTF_8)) {
            text(message);
        } else {
            fail(CloseCode.INVALID_PAYLOAD);
        }
    }

    private void peerCloses(ByteBuf payload) {
        if (closing != null) {
            deaf = true;
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
        } else if (length > 2 && !isText(payload)) {
            fail(CloseCode.INVALID_PAYLOAD);
        } else {
            answerClose(payload, Math.min(length, 2));
        }
    }

    private static boolean isText(ByteBuf closePayload) {
        return ByteBufUtil.isText(
                closePayload,
                closePayload.readerIndex() + 2,
                closePayload.readableBytes() - 2,
                StandardCharsets.UTF_8);
    }

    /** Says the code back, and is the first to close (RFC 6455 §7.1.1). */
    private void answerClose(ByteBuf payload, int length) {
        deaf = true;
        closing = CloseReason.CONNECTION_CLOSED;
        readComplete(); // what was answered goes before it
        write(Opcode.CLOSE, payload.slice(payload.readerIndex(), length));
        context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> connection.close(closing));
    }

    private void releaseFragments() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
    }
}

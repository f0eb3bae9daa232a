// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One WebSocket connection of the bare server, from the upgrade on.
 *
 * <p><b>Threads:</b> its event loop.
 */
final class BareConnection extends ChannelInboundHandlerAdapter {

    private static final ByteBuf PING = Unpooled.directBuffer().writeBytes(ascii("\u0081\u0002{}"));
    private static final ByteBuf KEY = Unpooled.wrappedBuffer(ascii("Sec-WebSocket-Key: "));
    private static final ByteBuf HEAD_END = Unpooled.wrappedBuffer(ascii("\r\n\r\n"));
    private static final byte[] PUBLISHED = ascii("\"publish\":{}}");
    private static final byte[] SUBSCRIBED = ascii("\"subscribe\":{}}");
    private static final int SUBSCRIBE_TO_NAME = "\"subscribe\":{\"channel\":\"".length();
    private static final int PUBLISH_TO_NAME = "\"publish\":{\"channel\":\"".length();
    private static final int NAME_TO_DATA = "\",\"data\":".length();
    private static final int KEY_LENGTH = 24; // RFC 6455 §4.1: 16 bytes in base64

    int position; // in its loop's list

    private final BareLoop loop;
    private final UUID id = UUID.randomUUID();
    private ChannelHandlerContext ctx;
    private ByteBuf rest; // the beginning of a frame; null when there is none
    private ByteBuf replies; // of this turn; null when there are none
    private byte[] tail; // of what this client publishes; null until it does
    private BareTopics.Topic lastTopic;
    private List<BareTopics.Topic> joined = List.of();
    private boolean upgraded;

    BareConnection(BareLoop loop) {
        this.loop = loop;
    }

    ByteBufAllocator allocator() {
        return ctx.alloc();
    }

    /** <b>Buffer:</b> takes ownership of {@code frames}. */
    void write(ByteBuf frames) {
        ctx.write(frames, ctx.voidPromise());
    }

    void writeReplies() {
        write(replies);
        replies = null;
    }

    void flush() {
        ctx.flush();
    }

    void ping() {
        if (upgraded) {
            ctx.writeAndFlush(PING.retainedDuplicate(), ctx.voidPromise());
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        loop.opened(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.closed(this);
        joined.forEach(topic -> topic.leave(loop.index, this));
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var in = (ByteBuf) message;
        if (rest != null) {
            rest.writeBytes(in);
            in.release();
            in = rest;
            rest = null;
        }
        boolean more = upgraded || upgrade(in);
        while (more) {
            more = frame(in);
        }
        if (in.isReadable()) {
            rest = ctx.alloc().buffer(in.readableBytes()).writeBytes(in);
        }
        in.release();
    }

    private boolean upgrade(ByteBuf in) {
        int end = ByteBufUtil.indexOf(HEAD_END, in);
        if (end < 0) {
            return false;
        }
        int key = ByteBufUtil.indexOf(KEY, in) + KEY.readableBytes();
        String accept = WebSocketBytes.accept(in.toString(key, KEY_LENGTH, US_ASCII));
        in.readerIndex(end + HEAD_END.readableBytes());
        String answer =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: "
                        + accept
                        + "\r\n\r\n";
        ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), answer), ctx.voidPromise());
        upgraded = true;
        return true;
    }

    private boolean frame(ByteBuf in) {
        int start = in.readerIndex();
        int head = WebSocketBytes.wholeFrame(in);
        if (head == 0) {
            return false;
        }
        int length = WebSocketBytes.length(in, start);
        int payload = start + head;
        WebSocketBytes.unmask(in, payload, length, in.getInt(payload - Integer.BYTES));
        in.readerIndex(payload + length);
        if ((in.getByte(start) & 0xf) == WebSocketBytes.CLOSE) {
            ctx.close();
        } else if (length > 2) { // else it is a pong
            command(in, payload, length);
        }
        return true;
    }

    /** A command is <code>{"id":N,"verb":{…}}</code>. */
    private void command(ByteBuf in, int start, int length) {
        int verb = in.indexOf(start, start + length, (byte) ',') + 1;
        switch (in.getByte(verb + 1)) {
            case 'p' -> publish(in, start, verb, start + length);
            case 's' -> subscribe(in, start, verb, start + length);
            default -> {
                String answer =
                        "\"connect\":{\"client\":\""
                                + id
                                + "\",\"version\":\"bare\",\"ping\":"
                                + BareLoop.PING_SECONDS
                                + ",\"pong\":true}}";
                reply(in, start, verb, ascii(answer));
            }
        }
    }

    private void subscribe(ByteBuf in, int start, int verb, int end) {
        int name = verb + SUBSCRIBE_TO_NAME;
        int nameEnd = in.indexOf(name, end, (byte) '"');
        BareTopics.Topic topic = loop.topics.named(in.toString(name, nameEnd - name, US_ASCII));
        if (joined.isEmpty()) {
            joined = new ArrayList<>(1);
        }
        joined.add(topic);
        topic.join(loop.index, this);
        reply(in, start, verb, SUBSCRIBED);
    }

    private void publish(ByteBuf in, int start, int verb, int end) {
        BareTopics.Topic topic = topic(in, verb + PUBLISH_TO_NAME, end);
        int data = verb + PUBLISH_TO_NAME + topic.name.readableBytes() + NAME_TO_DATA;
        int dataLength = end - "}}".length() - data;
        ByteBuf out = loop.turnOf(topic, this);
        WebSocketBytes.textHeader(out, topic.head.length + dataLength + tail().length);
        out.writeBytes(topic.head).writeBytes(in, data, dataLength).writeBytes(tail);
        reply(in, start, verb, PUBLISHED);
    }

    private BareTopics.Topic topic(ByteBuf in, int name, int end) {
        if (lastTopic != null) {
            int length = lastTopic.name.readableBytes();
            if (in.getByte(name + length) == '"'
                    && ByteBufUtil.equals(in, name, lastTopic.name, 0, length)) {
                return lastTopic;
            }
        }
        int nameEnd = in.indexOf(name, end, (byte) '"');
        lastTopic = loop.topics.named(in.toString(name, nameEnd - name, US_ASCII));
        return lastTopic;
    }

    private byte[] tail() {
        if (tail == null) {
            tail = ascii(",\"info\":{\"user\":\"\",\"client\":\"" + id + "\"}}}}");
        }
        return tail;
    }

    /** Answers with the beginning of the command, which holds its number, and {@code body}. */
    private void reply(ByteBuf in, int start, int verb, byte[] body) {
        if (replies == null) {
            replies = ctx.alloc().directBuffer();
            loop.replies(this);
        }
        WebSocketBytes.textHeader(replies, verb - start + body.length);
        replies.writeBytes(in, start, verb - start).writeBytes(body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}

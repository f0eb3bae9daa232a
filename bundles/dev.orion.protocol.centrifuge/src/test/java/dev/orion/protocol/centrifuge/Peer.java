// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A peer that talks to a conversation by way of a transport without a socket. */
final class Peer implements ClientTransport, Connection, AutoCloseable {

    static final Duration STEP = Duration.ofMillis(500);

    final EmbeddedChannel channel = new EmbeddedChannel();
    final CentrifugeProtocol protocol;

    /** Why the server closed, in order; more than one would be a bug. */
    final List<CloseReason> closedWith = new ArrayList<>();

    private final boolean emulated;
    private final boolean answersPings;
    private final boolean hasCloseCodes;
    private Conversation conversation;

    /** A peer on a WebSocket. */
    static Peer webSocket(CentrifugeProtocol protocol) {
        return new Peer(protocol, false, true, true);
    }

    /** A person at a terminal. */
    static Peer terminal(CentrifugeProtocol protocol) {
        return new Peer(protocol, false, false, false);
    }

    /** A browser that reads a stream and posts its commands. */
    static Peer emulated(CentrifugeProtocol protocol) {
        return new Peer(protocol, true, true, false);
    }

    private Peer(
            CentrifugeProtocol protocol,
            boolean emulated,
            boolean answersPings,
            boolean hasCloseCodes) {
        this.protocol = protocol;
        this.emulated = emulated;
        this.answersPings = answersPings;
        this.hasCloseCodes = hasCloseCodes;
        channel.freezeTime();
        conversation = protocol.begin(this, this);
    }

    Peer connected() {
        send("{\"id\":1,\"connect\":{}}");
        lines();
        return this;
    }

    /** Sends one frame and returns what comes back. */
    List<String> ask(String frame) {
        send(frame);
        return lines();
    }

    void send(String frame) {
        send(frame.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] frame) {
        ByteBuf bytes = channel.alloc().directBuffer().writeBytes(frame);
        try {
            conversation.receive(bytes);
        } finally {
            bytes.release();
        }
        conversation.readComplete();
    }

    /** Sends one frame from the middle of an array, and does not say that it was the last. */
    void sendWithoutEnd(String frame) {
        ByteBuf bytes =
                Unpooled.copiedBuffer("xx" + frame + "yy", StandardCharsets.UTF_8).skipBytes(2);
        conversation.receive(bytes.slice(2, bytes.readableBytes() - 2));
        bytes.release();
    }

    Conversation conversation() {
        return conversation;
    }

    /** Moves time on, half a second at a time. */
    void pass(Duration time) {
        for (Duration passed = Duration.ZERO;
                passed.compareTo(time) < 0;
                passed = passed.plus(STEP)) {
            channel.advanceTimeBy(STEP.toMillis(), TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    /** What was sent since the last call, a line each. */
    List<String> lines() {
        channel.runPendingTasks();
        List<String> lines = new ArrayList<>();
        for (String frame : frames()) {
            lines.addAll(List.of(frame.split("\n", -1)));
        }
        return lines;
    }

    /** What was sent since the last call, a frame each. */
    List<String> frames() {
        List<String> frames = new ArrayList<>();
        for (ByteBuf frame = channel.readOutbound();
                frame != null;
                frame = channel.readOutbound()) {
            String text = frame.toString(StandardCharsets.UTF_8);
            frame.release();
            frames.add(text.substring(0, text.length() - 1)); // without the framing's line break
        }
        return frames;
    }

    boolean isClosed() {
        return !closedWith.isEmpty();
    }

    @Override
    public void close() {
        conversation.closed();
        channel.finishAndReleaseAll();
    }

    // ClientTransport

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public Framing framing() {
        return LineFraming.INSTANCE;
    }

    @Override
    public boolean isEmulated() {
        return emulated;
    }

    @Override
    public boolean answersPings() {
        return answersPings;
    }

    @Override
    public boolean hasCloseCodes() {
        return hasCloseCodes;
    }

    @Override
    public void close(CloseReason reason) {
        closedWith.add(reason);
        conversation.closed();
    }

    // Connection

    @Override
    public String id() {
        return "conn_00000001";
    }

    @Override
    public Endpoint endpoint() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String listener() {
        return "fake";
    }

    @Override
    public String protocol() {
        return "fake";
    }

    @Override
    public void protocol(String name) {
        throw new UnsupportedOperationException();
    }
}

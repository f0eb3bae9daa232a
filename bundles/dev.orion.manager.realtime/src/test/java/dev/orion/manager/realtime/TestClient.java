// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Clients;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Member;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A client on an embedded channel that speaks a line per delivery. */
final class TestClient implements Outlet {

    /** One line per delivery: {@code channel=payload}, {@code +client}, {@code -client}. */
    enum Lines implements WireForm {
        PLAIN;

        @Override
        public void publication(Message message, ByteBuf out) {
            if (message.payload().text().equals("broken")) {
                write("half", out);
                throw new IllegalStateException("told to break");
            }
            if (message.payload().text().equals("fatal")) {
                write("half", out);
                throw new AssertionError("told to break");
            }
            String offset = message.offset() > 0 ? "@" + message.offset() : "";
            write(message.channel() + offset + "=" + message.payload().text(), out);
        }

        @Override
        public void joined(String channel, Member member, ByteBuf out) {
            write("+" + member.user(), out);
        }

        @Override
        public void left(String channel, Member member, ByteBuf out) {
            write("-" + member.user(), out);
        }

        private static void write(String line, ByteBuf out) {
            out.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    final StuckChannel channel = new StuckChannel();
    final List<String> events = new ArrayList<>();
    final Client client;

    TestClient(Clients clients, String user, String... roles) {
        channel.freezeTime();
        client = clients.open(new ClientSpec(user, Set.of(roles), "test", "conn_00000000"), this);
    }

    @Override
    public StuckChannel channel() {
        return channel;
    }

    @Override
    public WireForm wireForm() {
        return Lines.PLAIN;
    }

    @Override
    public void subscribed(String name, Subscribed position) {
        events.add("subscribed " + name);
    }

    @Override
    public void unsubscribed(String name) {
        events.add("unsubscribed " + name);
    }

    @Override
    public void disconnect(CloseReason reason) {
        events.add("disconnect " + reason.code());
        channel.close();
    }

    /** Lets everything that is due happen. */
    void run() {
        channel.runPendingTasks();
    }

    void subscribe(String name) {
        client.subscribe(name, SubscribeOptions.NONE, this.<Subscribed>reply());
    }

    /** Subscribes and asks to be told who else comes and goes. */
    void watch(String name) {
        client.subscribe(
                name, new SubscribeOptions(Optional.empty(), true), this.<Subscribed>reply());
    }

    void recover(String name, StreamPosition from) {
        client.subscribe(
                name, new SubscribeOptions(Optional.of(from), false), this.<Subscribed>reply());
    }

    void publish(String name, String text) {
        client.publish(name, Publication.of(Payload.text(text)), this.<StreamPosition>reply());
    }

    /** Records what the answer was among the events. */
    <T> Reply<T> reply() {
        return new Reply<>() {
            @Override
            public void done(T value) {
                events.add(describe(value));
            }

            @Override
            public void refused(Refusal refusal) {
                events.add("refused " + refusal.code());
            }
        };
    }

    /** The lines that were written since the last call. */
    List<String> lines() {
        run();
        var text = new StringBuilder();
        ByteBuf written;
        while ((written = channel.readOutbound()) != null) {
            text.append(written.toString(StandardCharsets.UTF_8));
            written.release();
        }
        return text.length() == 0 ? List.of() : List.of(text.toString().split("\n"));
    }

    /** The peer reads again; returns what it then gets. */
    List<String> readAgain() {
        channel.readAgain();
        return lines().stream().filter(line -> !line.isEmpty()).toList();
    }

    private static String describe(Object value) {
        if (value instanceof Subscribed subscribed) {
            return "on @"
                    + subscribed.position().offset()
                    + (subscribed.wasRecovering() ? " recovered=" + subscribed.recovered() : "")
                    + (subscribed.missed().isEmpty() ? "" : " missed=" + texts(subscribed));
        }
        if (value instanceof StreamPosition position) {
            return "published @" + position.offset();
        }
        return String.valueOf(value);
    }

    private static List<String> texts(Subscribed subscribed) {
        return subscribed.missed().stream().map(message -> message.payload().text()).toList();
    }

    /** A channel whose peer can stop reading. */
    static final class StuckChannel extends EmbeddedChannel {

        private boolean stuck;

        /** From now on nothing is taken, and more is queued than the high mark allows. */
        void stopReading() {
            stuck = true;
            config().setWriteBufferWaterMark(new WriteBufferWaterMark(8, 16));
            writeAndFlush(Unpooled.copiedBuffer("\n".repeat(32), StandardCharsets.UTF_8));
        }

        /** The peer reads again. */
        void readAgain() {
            stuck = false;
            flush();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!stuck) {
                super.doWrite(in);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Allowed;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.Member;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.SlowPolicy;
import dev.orion.realtime.StreamPosition;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several event loops publish to one channel and subscribe to it, all at once. */
class FanOutTest {

    private static final int SUBSCRIBERS = 12;
    private static final int PUBLISHERS = 4;
    private static final int MESSAGES = 5_000; // of each publisher
    private static final int TURN = 50; // of one publisher in one turn of its loop

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Channels channels =
            new Channels(Clock.systemUTC(), new Channels.Settings(10, 1L << 30, 10));
    private final DefaultRealtimeManager manager =
            new DefaultRealtimeManager(channels, Runnable::run);
    private EventLoopGroup loops;
    private BlockingQueue<Channel> accepted;
    private Channel server;

    @BeforeEach
    void start() {
        channels.follow(
                new RuleBook(
                        List.of(
                                new ChannelRules(
                                        "all",
                                        ChannelPattern.parse("#"),
                                        ChannelKind.PUBLIC,
                                        1_000_000,
                                        Duration.ZERO,
                                        true,
                                        false,
                                        false,
                                        1000,
                                        0,
                                        SlowPolicy.DISCONNECT,
                                        Allowed.parse("any"),
                                        Allowed.parse("any")))));
        loops = new MultiThreadIoEventLoopGroup(3, LocalIoHandler.newFactory());
        accepted = new LinkedBlockingQueue<>();
        server =
                new ServerBootstrap()
                        .group(loops)
                        .channel(LocalServerChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted.add(channel);
                                    }
                                })
                        .bind(new LocalAddress("fan-out"))
                        .syncUninterruptibly()
                        .channel();
    }

    @AfterEach
    void stop() {
        server.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void deliversEverythingOnceInTheSameOrderToEverybody() throws Exception {
        int total = PUBLISHERS * MESSAGES;
        var done = new CountDownLatch(SUBSCRIBERS);
        var peers = new ArrayList<Peer>();
        for (int i = 0; i < SUBSCRIBERS; i++) {
            var peer = new Peer(total, done);
            peers.add(peer);
            open(peer).subscribe();
        }
        for (int i = 0; i < PUBLISHERS; i++) {
            open(new Peer(0, done)).publishFrom(0);
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).as("seen: %s", peers).isTrue();
        assertThat(wrong).isEmpty();
    }

    @Test
    void losesNothingForAClientThatLeavesAndRecovers() throws Exception {
        int total = PUBLISHERS * MESSAGES;
        var done = new CountDownLatch(1);
        var peer = new Peer(total, done);
        var restless = open(peer);
        restless.subscribe();
        for (int i = 0; i < PUBLISHERS; i++) {
            open(new Peer(0, done)).publishFrom(0);
        }

        restless.leaveAndRecover(done);

        assertThat(done.await(30, TimeUnit.SECONDS)).as("seen: %s", peer).isTrue();
        assertThat(wrong).isEmpty();
    }

    private End open(Peer peer) throws InterruptedException {
        new Bootstrap()
                .group(loops)
                .channel(LocalChannel.class)
                .handler(peer)
                .connect(new LocalAddress("fan-out"))
                .syncUninterruptibly();
        Channel channel = accepted.poll(5, TimeUnit.SECONDS);
        var end = new End(channel);
        channel.eventLoop().submit(end::begin).syncUninterruptibly();
        return end;
    }

    /** The peer's end of a connection: checks that offsets come one after the other. */
    private final class Peer extends ChannelInboundHandlerAdapter {
        private final int expected;
        private final CountDownLatch done;
        private volatile long seen;

        Peer(int expected, CountDownLatch done) {
            this.expected = expected;
            this.done = done;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            var bytes = (ByteBuf) msg;
            try {
                while (bytes.isReadable()) {
                    long offset = bytes.readLong();
                    if (offset != seen + 1) {
                        wrong.add(offset + " after " + seen);
                    }
                    seen = offset;
                }
            } finally {
                bytes.release();
            }
            if (seen == expected) {
                done.countDown();
            }
        }

        @Override
        public String toString() {
            return Long.toString(seen);
        }
    }

    /** Orion's end of a connection. */
    private final class End implements Outlet {
        private final Channel channel;
        private Client client;
        private StreamPosition seen = StreamPosition.NONE;

        End(Channel channel) {
            this.channel = channel;
        }

        void begin() {
            client = manager.open(new ClientSpec("", Set.of(), "test", "conn_00000000"), this);
        }

        void subscribe() {
            channel.eventLoop()
                    .submit(() -> client.subscribe("a", SubscribeOptions.NONE, recovered(() -> {})))
                    .syncUninterruptibly();
        }

        void publishFrom(int first) {
            channel.eventLoop()
                    .execute(
                            () -> {
                                int until = Math.min(MESSAGES, first + TURN);
                                for (int i = first; i < until; i++) {
                                    client.publish(
                                            "a", Publication.of(Payload.text("m")), ignored());
                                }
                                if (until < MESSAGES) {
                                    publishFrom(until);
                                }
                            });
        }

        /** Leaves at once when it is on the channel, and comes back from where it was. */
        void leaveAndRecover(CountDownLatch done) {
            channel.eventLoop()
                    .execute(
                            () -> {
                                if (done.getCount() == 0) {
                                    return;
                                }
                                client.unsubscribe("a");
                                client.subscribe(
                                        "a",
                                        new SubscribeOptions(Optional.of(seen), false),
                                        recovered(() -> leaveAndRecover(done)));
                            });
        }

        private Reply<Subscribed> recovered(Runnable then) {
            return new Reply<>() {
                @Override
                public void done(Subscribed value) {
                    value.missed().forEach(End.this::write);
                    if (seen.epoch().isEmpty()) {
                        seen = value.position();
                    }
                    then.run();
                }

                @Override
                public void refused(Refusal refusal) {
                    wrong.add("subscribe refused: " + refusal);
                }
            };
        }

        private void write(Message message) {
            ByteBuf out = channel.alloc().buffer();
            wireForm().publication(message, out);
            channel.writeAndFlush(out);
        }

        private Reply<StreamPosition> ignored() {
            return new Reply<>() {
                @Override
                public void done(StreamPosition value) {}

                @Override
                public void refused(Refusal refusal) {
                    wrong.add("publish refused: " + refusal);
                }
            };
        }

        @Override
        public Channel channel() {
            return channel;
        }

        /** Each end has a form of its own, so that it learns what was delivered to it. */
        @Override
        public WireForm wireForm() {
            return new WireForm() {
                @Override
                public void publication(Message message, ByteBuf out) {
                    seen = new StreamPosition(message.offset(), message.epoch());
                    out.writeLong(message.offset());
                }

                @Override
                public void joined(String name, Member member, ByteBuf out) {}

                @Override
                public void left(String name, Member member, ByteBuf out) {}
            };
        }

        @Override
        public void subscribed(String name, Subscribed position) {}

        @Override
        public void unsubscribed(String name) {}

        @Override
        public void disconnect(CloseReason reason) {
            wrong.add("disconnected: " + reason);
        }
    }
}

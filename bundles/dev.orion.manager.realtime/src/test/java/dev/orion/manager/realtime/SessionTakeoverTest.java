// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.ClientSession;
import dev.orion.client.Delivery;
import dev.orion.client.FilterOptions;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.client.OpenedSession;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.manager.realtime.TestSession.Wish;
import dev.orion.message.Origin;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many takeovers from event loop to event loop while messages come. */
class SessionTakeoverTest {

    private static final int MESSAGES = 4_000;
    private static final int TAKEOVERS = 200;

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(4, LocalIoHandler.newFactory());

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void loseDoubleAndReorderNothing() throws Exception {
        var channels = new Channels(Clock.systemUTC(), new Channels.Settings(100, 1_000_000, 50));
        channels.use(new FakeStore());
        channels.follow(new RuleBook(List.of(new RealtimeManagerTest.Rules("#").build())));
        var limits = new SessionLimits(10, 60_000, 1L << 40, SessionLimits.WhenFull.DROP_NEWEST);
        var manager = new DefaultRealtimeManager(channels, Runnable::run, limits);
        manager.sessions().load();
        LocalAddress address = serve();
        var peer = new Peer();

        new Connection(manager, connect(address), peer).opened.get(20, TimeUnit.SECONDS);
        peer.subscribed.get(20, TimeUnit.SECONDS);
        var pace = new Semaphore(MESSAGES / TAKEOVERS); // so that they come all the time
        var publisher =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < MESSAGES; i++) {
                                pace.acquireUninterruptibly();
                                String text = "m" + i;
                                manager.publish(
                                        i % 2 == 0 ? "a" : "b",
                                        TestSession.publication(text, Qos.EXACTLY_ONCE),
                                        Origin.HOST);
                            }
                        });
        for (int i = 0; i < TAKEOVERS; i++) {
            pace.release(MESSAGES / TAKEOVERS);
            new Connection(manager, connect(address), peer).opened.get(20, TimeUnit.SECONDS);
        }
        publisher.get(20, TimeUnit.SECONDS);
        peer.complete.get(20, TimeUnit.SECONDS);

        assertThat(peer.faults).isEmpty();
        assertThat(peer.takenOver.get()).isEqualTo(TAKEOVERS);
        assertThat(channels.filters().size()).isEqualTo(1);
        assertThat(manager.sessions().connections()).hasSize(1);
    }

    private LocalAddress serve() throws InterruptedException {
        return (LocalAddress)
                new ServerBootstrap()
                        .group(loops)
                        .channel(LocalServerChannel.class)
                        .childHandler(
                                new ChannelInboundHandlerAdapter() {
                                    @Override
                                    public boolean isSharable() {
                                        return true;
                                    }
                                })
                        .bind(new LocalAddress(SessionTakeoverTest.class))
                        .sync()
                        .channel()
                        .localAddress();
    }

    private Channel connect(LocalAddress address) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(LocalChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .sync()
                .channel();
    }

    /** Keeps the rules of a receiver of exactly once, over all of its connections. */
    private static final class Peer {
        final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Void> subscribed = new CompletableFuture<>();
        final CompletableFuture<Void> complete = new CompletableFuture<>();
        final AtomicInteger takenOver = new AtomicInteger();

        /** Ids that were received and not yet released. */
        private final ConcurrentHashMap<Integer, String> held = new ConcurrentHashMap<>();

        private final int[] last = {-1, -1};
        private int count;

        synchronized void deliver(Delivery delivery) {
            String text = delivery.message().payload().text();
            String before = held.putIfAbsent(delivery.id(), text);
            if (before != null) {
                if (!before.equals(text) || !delivery.again()) {
                    faults.add(text + " under the id of " + before);
                }
                return;
            }
            int number = Integer.parseInt(text.substring(1));
            if (number != last[number % 2] + 2 && !(last[number % 2] == -1 && number < 2)) {
                faults.add(text + " after " + last[number % 2]);
            }
            last[number % 2] = number;
            if (++count == MESSAGES) {
                complete.complete(null);
            }
        }

        synchronized void release(int id) {
            held.remove(id);
        }
    }

    private static final class Connection implements SessionOutlet {
        final CompletableFuture<Boolean> opened = new CompletableFuture<>();
        private final Channel channel;
        private final Peer peer;
        private ClientSession session;

        Connection(DefaultRealtimeManager manager, Channel channel, Peer peer) {
            this.channel = channel;
            this.peer = peer;
            EventLoop loop = channel.eventLoop();
            loop.execute(
                    () ->
                            manager.openSession(
                                    new Wish("ann").window(20).spec(), this, reply(this::opened)));
        }

        private void opened(OpenedSession open) {
            session = open.session();
            if (!open.isPresent()) {
                var options = new FilterOptions(Qos.EXACTLY_ONCE, false, false, Retained.NONE, 0);
                session.subscribe(
                        TestSession.filter("#"),
                        options,
                        reply(isNew -> peer.subscribed.complete(null)));
            }
            opened.complete(open.isPresent());
        }

        private <T> Reply<T> reply(Consumer<T> then) {
            return new Reply<>() {
                @Override
                public void done(T value) {
                    then.accept(value);
                }

                @Override
                public void refused(Refusal refusal) {
                    peer.faults.add("refused " + refusal);
                }
            };
        }

        @Override
        public void deliver(Delivery delivery) {
            inLoop();
            peer.deliver(delivery);
            if (delivery.id() % 3 != 0) {
                received(delivery.id());
            } else { // its answer comes a little later, perhaps when the session has moved on
                channel.eventLoop().execute(() -> received(delivery.id()));
            }
        }

        private void received(int id) {
            session.received(id, reply(was -> releaseIf(was, id)));
        }

        private void releaseIf(boolean was, int id) {
            if (was) {
                release(id);
            }
        }

        @Override
        public void release(int id) {
            inLoop();
            peer.release(id);
            session.acknowledged(id);
        }

        @Override
        public void disconnect(CloseReason reason) {
            inLoop();
            if (reason.equals(CloseReason.TAKEN_OVER)) {
                peer.takenOver.incrementAndGet();
            }
            session.close(false, Optional.empty());
            channel.close();
        }

        private void inLoop() {
            if (!channel.eventLoop().inEventLoop()) {
                peer.faults.add("on a wrong thread");
            }
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public WireForm wireForm() {
            return TestClient.Lines.PLAIN;
        }

        @Override
        public WireForm wireForm(boolean retainAsPublished, List<Integer> subscriptions) {
            return TestClient.Lines.PLAIN;
        }

        @Override
        public void subscribed(String name, Subscribed position) {}

        @Override
        public void unsubscribed(String name) {}
    }
}

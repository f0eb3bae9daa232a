// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.client.ClientTransport;
import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Framing;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Event loops that end before the conversations on them have been told to. */
class DeadLoopTest {

    private final CentrifugeProtocol protocol =
            new CentrifugeProtocol(new FakeClients(), new Node(), CommandsTest.SETTINGS);
    private final List<EventLoopGroup> groups = new ArrayList<>();

    @AfterEach
    void stop() {
        groups.forEach(DeadLoopTest::end);
    }

    @Test
    void endsTheConversationsOfEveryLoopThatIsLeft() throws Exception {
        var peers = new ArrayList<LoopPeer>();
        for (int i = 0; i < 5; i++) {
            peers.add(begin());
        }
        end(groups.get(1));
        end(groups.get(3));

        protocol.close();

        for (int alive : new int[] {0, 2, 4}) {
            assertThat(peers.get(alive).closedWith.get(20, TimeUnit.SECONDS))
                    .isEqualTo(CloseReason.SHUTDOWN);
        }
    }

    private LoopPeer begin() throws Exception {
        var group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        groups.add(group);
        var peer = new LoopPeer();
        group.register(peer.channel).sync();
        group.submit(() -> protocol.begin(peer, peer)).sync();
        return peer;
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A peer on an event loop of its own, that says nothing. */
    private static final class LoopPeer implements ClientTransport, Connection {
        private final Channel channel = new LocalChannel();
        private final CompletableFuture<CloseReason> closedWith = new CompletableFuture<>();

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
            return false;
        }

        @Override
        public boolean answersPings() {
            return true;
        }

        @Override
        public boolean hasCloseCodes() {
            return true;
        }

        @Override
        public void close(CloseReason reason) {
            closedWith.complete(reason);
        }

        @Override
        public String id() {
            return "conn_00000003";
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
}

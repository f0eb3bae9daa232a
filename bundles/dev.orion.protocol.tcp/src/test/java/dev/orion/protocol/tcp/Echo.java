// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client protocol that answers every command with itself, one turn of the loop later. */
final class Echo implements ClientProtocol {

    final List<String> received = new CopyOnWriteArrayList<>();
    final CompletableFuture<CloseReason> ended = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    volatile ClientTransport transport;
    volatile Runnable onReceive = () -> {};

    @Override
    public Conversation begin(Connection connection, ClientTransport itsTransport) {
        transport = itsTransport;
        return new Talk(itsTransport);
    }

    @Override
    public boolean emulate(String session, ByteBuf commands) {
        return false;
    }

    /** Frames and writes {@code text} on the event loop, as a conversation does. */
    static void write(ClientTransport transport, String text) {
        ByteBuf payload = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        ByteBuf framed = transport.channel().alloc().buffer();
        transport.framing().frame(payload, framed);
        transport.channel().writeAndFlush(framed);
    }

    private final class Talk implements Conversation {

        private final ClientTransport peer;

        Talk(ClientTransport peer) {
            this.peer = peer;
        }

        @Override
        public void receive(ByteBuf commands) {
            String text = commands.toString(StandardCharsets.UTF_8);
            received.add(text);
            onReceive.run();
            peer.channel().eventLoop().execute(() -> write(peer, text));
        }

        @Override
        public void readComplete() {
            peer.channel().flush();
        }

        @Override
        public void end(CloseReason reason) {
            ended.complete(reason);
            write(peer, "bye " + reason.code());
            peer.close(reason);
        }

        @Override
        public void closed() {
            closed.complete(null);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers every frame with {@code got} and its text, framed as the transport wants it. */
final class FakeClientProtocol implements ClientProtocol {

    final List<FakeConversation> conversations = new CopyOnWriteArrayList<>();

    @Override
    public Conversation begin(Connection connection, ClientTransport transport) {
        var conversation = new FakeConversation(transport);
        conversations.add(conversation);
        return conversation;
    }

    @Override
    public boolean emulate(String session, ByteBuf commands) {
        return false;
    }

    /** What one peer said. */
    static final class FakeConversation implements Conversation {

        final ClientTransport transport;
        final List<String> events = new CopyOnWriteArrayList<>();
        volatile Runnable onReceive = () -> {};

        FakeConversation(ClientTransport transport) {
            this.transport = transport;
        }

        @Override
        public void receive(ByteBuf commands) {
            String text = commands.toString(StandardCharsets.UTF_8);
            if (text.equals("fail")) {
                throw new IllegalStateException("fail");
            }
            events.add(text);
            onReceive.run();
            ByteBuf answer = transport.channel().alloc().buffer();
            ByteBuf framed = transport.channel().alloc().buffer();
            answer.writeCharSequence("got " + text, StandardCharsets.UTF_8);
            transport.framing().frame(answer, framed);
            answer.release();
            transport.channel().write(framed);
        }

        @Override
        public void readComplete() {
            transport.channel().flush();
        }

        @Override
        public void end(CloseReason reason) {
            transport.close(reason);
        }

        @Override
        public void closed() {
            events.add("closed");
        }
    }
}

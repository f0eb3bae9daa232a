// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Answers commands with themselves; the one session it knows is {@code secret}. */
final class FakeClients implements ClientProtocol {

    final List<String> emulated = new ArrayList<>();
    final List<String> story = new ArrayList<>();
    ClientTransport transport;

    @Override
    public Conversation begin(Connection connection, ClientTransport itsTransport) {
        transport = itsTransport;
        return new Talk();
    }

    @Override
    public boolean emulate(String session, ByteBuf commands) {
        if (!session.equals("secret")) {
            return false;
        }
        emulated.add(commands.toString(StandardCharsets.UTF_8));
        return true;
    }

    private final class Talk implements Conversation {

        @Override
        public void receive(ByteBuf commands) {
            ByteBuf framed = transport.channel().alloc().buffer();
            transport.framing().frame(commands, framed);
            transport.channel().write(framed);
        }

        @Override
        public void readComplete() {
            transport.channel().flush();
        }

        @Override
        public void end(CloseReason reason) {
            story.add("end " + reason.code());
            transport.close(reason);
        }

        @Override
        public void closed() {
            story.add("closed");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orion.client.ClientProtocol;
import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.client.LoneCommands;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** Commands that are answered, by their own words. */
final class EchoCommands implements ClientProtocol {

    @Override
    public Conversation begin(Connection connection, ClientTransport transport) {
        throw new UnsupportedOperationException("datagrams have no conversations");
    }

    @Override
    public boolean emulate(String session, ByteBuf commands) {
        return false;
    }

    /** Answers each command with its text backwards; one with a question mark with too much. */
    @Override
    public LoneCommands lone(Connection connection, String transport) {
        return new LoneCommands() {
            @Override
            public void receive(ByteBuf command, Consumer<ByteBuf> answer) {
                String text = command.toString(UTF_8);
                String backwards = new StringBuilder(text).reverse().toString();
                String all = text.endsWith("?") ? backwards + "!" : backwards;
                answer.accept(Unpooled.copiedBuffer(all, UTF_8));
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }
}

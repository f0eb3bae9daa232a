// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.ChannelHandler;
import java.util.ArrayList;
import java.util.List;

/** The client protocol over WebSocket. */
enum WebSocketWire implements Wire {
    SHARED;

    @Override
    public Endpoint endpoint() {
        return Endpoint.WEB;
    }

    @Override
    public ChannelHandler opening(Client client) {
        List<String> commands = new ArrayList<>();
        commands.add(Commands.connect());
        client.channels().forEach(channel -> commands.add(Commands.subscribe(channel)));
        return new Opening(client, commands);
    }

    @Override
    public Publications publications(String channel, int most) {
        return new Repeated(WebSocketBytes.clientFrame(Commands.publish(channel)), most);
    }
}

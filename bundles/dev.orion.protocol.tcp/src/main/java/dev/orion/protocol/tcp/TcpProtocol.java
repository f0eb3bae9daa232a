// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import dev.orion.client.ClientProtocol;
import dev.orion.configuration.Durations;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.protocol.Speaks;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The client protocol a line at a time, so that {@code nc} is a client. */
@Component(configurationPid = TcpProtocol.PID)
@Designate(ocd = TcpProtocol.Config.class)
@Speaks("tcp")
public final class TcpProtocol implements Protocol {

    static final String PID = "dev.orion.protocol.tcp";

    @ObjectClassDefinition(name = "Client protocol over TCP")
    @interface Config {

        @AttributeDefinition(
                description = "The longest line a peer may send, without its line break.",
                min = "1024",
                max = "16777216")
        int maxLineBytes() default 65_536;

        @AttributeDefinition(
                description =
                        "How long a connection stays for its last bytes: when the peer has finished"
                                + " sending, or has been told to go.")
        String linger() default "1s";
    }

    record Settings(int maxLineBytes, Duration linger) {

        Settings {
            if (maxLineBytes < 1) {
                throw new IllegalArgumentException(
                        "maxLineBytes: " + maxLineBytes + " (expected: >= 1)");
            }
        }

        static Settings of(Config config) {
            return new Settings(config.maxLineBytes(), Durations.parse(config.linger()));
        }
    }

    private final ClientProtocol clients;
    private final Settings settings;

    @Activate
    public TcpProtocol(@Reference ClientProtocol clients, Config config) {
        this(clients, Settings.of(config));
    }

    TcpProtocol(ClientProtocol clients, Settings settings) { // for tests
        this.clients = clients;
        this.settings = settings;
    }

    @Override
    public void serve(Connection connection) {
        ChannelConfig socket = connection.channel().config();
        // Nobody at a terminal answers pings, so the system finds out who is gone.
        socket.setOption(ChannelOption.SO_KEEPALIVE, true);
        socket.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);

        ChannelPipeline pipeline = connection.channel().pipeline();
        pipeline.addLast(
                LineTransport.LINES, // bytes -> line; a longer one fails before its end is seen
                new LineDecoder(settings.maxLineBytes()));
        pipeline.addLast("serve", new LineTransport(connection, clients, settings.linger()));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * The smallest plug-in: answers each line with its greeting; also the activator of its bundle.
 *
 * <p>What it greets with, or how it fails, is a header of the bundle, so that versions differ.
 */
public final class GreetPlugin implements BundleActivator, Protocol {

    static final String GREETING = "Greeting";

    /** Greetings that are none. */
    static final String FAILS_TO_START = "fails to start";

    static final String FAILS_TO_SERVE = "fails to serve";

    private String greeting;

    @Override
    public void start(BundleContext context) {
        greeting = context.getBundle().getHeaders().get(GREETING);
        if (greeting.equals(FAILS_TO_START)) {
            throw new IllegalStateException(greeting);
        }
        context.registerService(
                Protocol.class, this, FrameworkUtil.asDictionary(Map.of("speaks", "greet")));
    }

    @Override
    public void stop(BundleContext context) {}

    @Override
    public void serve(Connection connection) {
        if (greeting.equals(FAILS_TO_SERVE)) {
            throw new IllegalStateException(greeting);
        }
        connection.channel().pipeline().addLast(new Greeter(connection, greeting));
    }

    /** Says its words in front of whatever it hears. */
    public static final class Greeter extends ChannelInboundHandlerAdapter {

        private final Connection connection;
        private final String greeting;

        Greeter(Connection connection, String greeting) {
            this.connection = connection;
            this.greeting = greeting;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(text(context, greeting));
            context.writeAndFlush(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof GoAway) {
                context.writeAndFlush(text(context, "good-bye\n"))
                        .addListener(written -> connection.close(CloseReason.SHUTDOWN));
            }
        }

        private static ByteBuf text(ChannelHandlerContext context, String text) {
            return ByteBufUtil.encodeString(
                    context.alloc(), java.nio.CharBuffer.wrap(text), StandardCharsets.UTF_8);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** One transport link, accepted or opened by the network manager, in a protocol's hands. */
@ProviderType
public interface Connection {

    /** What a listener serves where nothing else is configured. */
    Set<String> PUBLIC = Set.of("public");

    /** {@code conn_} and eight hex digits. */
    String id();

    /**
     * The listener's endpoint, with the port that is really bound; of a connection that was opened
     * from here the one that it leads to.
     */
    Endpoint endpoint();

    /** The name of the listener that accepted it; empty when it was opened from here. */
    String listener();

    /**
     * The areas that the listener serves now, for protocols whose plug-ins belong to one: {@code
     * public}, {@code admin}. Any thread.
     */
    default Set<String> serves() {
        return PUBLIC;
    }

    /** The socket, TLS or not; its event loop is the one thread that touches the connection. */
    Channel channel();

    /**
     * Whether it is a socket of datagrams, on which everybody speaks who sends to its listener.
     *
     * <p>It stays when its protocol goes: after the {@link GoAway} the handlers behind the network
     * manager's own are taken out of its pipeline, and it is given to whoever speaks the protocol
     * then. What arrives meanwhile waits in the system's buffer, as far as there is room.
     */
    default boolean isDatagram() {
        return false;
    }

    /** What is spoken on it now. Any thread. */
    String protocol();

    /** Says that something else is spoken from now on, as after an HTTP upgrade. Event loop. */
    void protocol(String name);

    /**
     * Tells the {@link dev.orion.net.ConnectionListener}s that something went wrong here. The
     * connection is not touched. Any thread.
     */
    default void failed(Throwable cause) {}

    /**
     * Counts that a limit has held against this peer, in the figures of its listener. The
     * connection is not touched. Any thread.
     *
     * @param limit in lower case with hyphens: {@code header-timeout}, {@code rapid-reset}
     */
    default void defended(String limit) {}

    /**
     * What the peer and the listener have agreed on to speak over TLS (ALPN, RFC 7301): {@code h2};
     * empty where nothing was negotiated. Any thread.
     */
    default String applicationProtocol() {
        return "";
    }

    /**
     * Sends the end of our side behind what has been flushed; what the peer sends is still read.
     *
     * <p>The way to half-close: the channel's own {@code shutdownOutput} leaves out what TLS has to
     * say. Event loop.
     *
     * @return false when this kind of channel has no halves, and is as it was
     */
    default boolean endOutput() {
        if (channel() instanceof DuplexChannel socket) {
            socket.shutdownOutput();
            return true;
        }
        return false;
    }

    /**
     * Closes it, without a word to the peer: whoever speaks the protocol has said it before.
     *
     * <p>Any thread. The first reason that is given is the one that is logged.
     */
    void close(CloseReason reason);

    /**
     * Closes it after what has been written, so that the peer gets to read its protocol's good-bye:
     * output first, the rest when the peer closes in its turn or a moment has passed.
     *
     * <p>Whoever speaks the protocol throws away what still arrives. Event loop.
     */
    default void finish(CloseReason reason) {
        Farewell.begin(this, reason);
    }
}

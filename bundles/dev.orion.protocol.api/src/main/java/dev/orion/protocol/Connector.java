// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import dev.orion.net.Endpoint;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** Opens connections to others for protocols: like all sockets they are the network manager's. */
@ProviderType
public interface Connector {

    /**
     * Opens a connection to {@code endpoint}, with TLS where its scheme says so.
     *
     * <p>A name is looked up, and its addresses are tried one after another. With TLS the other
     * side has to have a certificate for that name, from an issuer that is trusted, and has to
     * agree on {@code h2} where the endpoint's protocol is {@code grpc}.
     *
     * <p>Where its scheme is {@code udp} it is a socket for datagrams to and from that address
     * only; whether anybody is there is not known before one is sent.
     *
     * <p>Nothing is read until the caller takes back the one reason for a pause that the connection
     * begins with ({@link Reading#resume}); only what came in one piece with the end of a TLS
     * handshake follows {@code channelActive} at once.
     *
     * <p><b>Threads:</b> any; {@code install} and listeners of the future are called on {@code
     * loop}, which nothing blocks.
     *
     * <p><b>Ends:</b> a connection belongs to the caller, who closes it; what is open when the
     * network manager ends is told to go and closed like any other. Cancelling the future gives up.
     *
     * @param loop where the connection lives
     * @param install appends handlers to the pipeline of the connection, once, before they see it
     *     become active; where the attempt fails it is not called
     * @return fails with {@link UnreachableException}
     */
    Future<Connection> connect(Endpoint endpoint, EventLoop loop, Consumer<Connection> install);
}

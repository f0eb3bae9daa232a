// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One HTTP request and its answer, of whatever version of HTTP.
 *
 * <p>Exactly one of {@link #respond}, {@link #stream} and {@link #upgrade} ends it. Where the peer
 * goes away before, nothing needs to be done.
 *
 * <p><b>Threads:</b> every method is called on the connection's event loop.
 */
@ProviderType
public interface HttpExchange {

    /**
     * What carries this exchange: the connection in HTTP/1.1, one stream of it in HTTP/2. Who
     * {@linkplain dev.orion.protocol.Reading#pause pauses} its channel gets no more of the body,
     * but for a piece that is on its way, until that is taken back; who closes it ends this
     * exchange, and in HTTP/2 no other. A stream's channel is made when it is asked for: who needs
     * only its loop or its buffers asks {@link #eventLoop} or {@link #alloc}.
     */
    Connection connection();

    /** The one thread that touches the exchange. Any thread. */
    default EventLoop eventLoop() {
        return connection().channel().eventLoop();
    }

    /** Where the buffers of an answer come from. Any thread. */
    default ByteBufAllocator alloc() {
        return connection().channel().alloc();
    }

    /**
     * The head of the request. In HTTP/2 {@code :authority} is the field {@code host}, and the
     * version says so; an extended CONNECT (RFC 8441) has the method CONNECT.
     */
    HttpRequest request();

    /** The path, percent-decoded, without the query. */
    String path();

    /** The query's parameters, decoded, in order of appearance. */
    Map<String, List<String>> query();

    /**
     * Gathers the whole body; a longer one is answered with 413 and {@code then} is not called.
     *
     * <p><b>Buffer:</b> {@code then} borrows the body.
     */
    void body(int maxBytes, Consumer<ByteBuf> then);

    /**
     * Takes the body piece by piece as it arrives. Nothing is read from the connection while what
     * the exchange has written waits for a slow peer.
     */
    void body(BodyReader reader);

    /**
     * Answers with a body of a known length.
     *
     * <p><b>Buffer:</b> takes ownership of {@code body}.
     */
    void respond(HttpResponseStatus status, HttpHeaders headers, ByteBuf body);

    /** Answers with a line of plain text. */
    void respond(HttpResponseStatus status, String text);

    /**
     * Answers with a body that is written over time. The head is flushed without waiting for the
     * body, at the end of the turn where the exchange is served: what the service prepares until it
     * returns is ready before the peer reads the head.
     */
    ResponseStream stream(HttpResponseStatus status, HttpHeaders headers);

    /**
     * Calls {@code action} when the peer goes away or takes the request back, before the answer is
     * complete; at once when that is so already.
     */
    void whenCut(Runnable action);

    /**
     * Answers 101 and leaves HTTP: once the answer is written and HTTP's own handlers are gone,
     * {@code install} appends those of the new protocol, which read whatever the peer sent since.
     *
     * <p>The answer to an extended CONNECT of HTTP/2 is 200; the new protocol then has this stream
     * for its channel (RFC 8441 §5).
     *
     * @param protocol what is spoken from now on, for people
     */
    void upgrade(String protocol, HttpHeaders headers, Consumer<ChannelPipeline> install);
}

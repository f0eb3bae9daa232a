// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.client.ClientTransport;
import dev.orion.client.Conversation;
import dev.orion.http.HttpExchange;
import dev.orion.http.ResponseStream;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Carries what a conversation says as the body of one answer; commands come by other exchanges.
 *
 * <p><b>Threads:</b> the connection's event loop.
 *
 * <p><b>Ends:</b> with the body; the connection goes on with its next exchange.
 */
final class StreamTransport implements ClientTransport {

    private final String name;
    private final ResponseStream stream;
    private final Framing framing;
    private final boolean answersPings;
    private final Streams streams;
    private Conversation conversation;
    private boolean ended;

    private StreamTransport(
            String name,
            ResponseStream stream,
            Framing framing,
            boolean answersPings,
            Streams streams) {
        this.name = name;
        this.stream = stream;
        this.framing = framing;
        this.answersPings = answersPings;
        this.streams = streams;
    }

    /**
     * Answers with a stream of events and begins a conversation with {@code commands}.
     *
     * <p><b>Buffer:</b> borrows {@code commands}.
     */
    static void serveEvents(
            HttpExchange exchange, Streams streams, ByteBuf commands, boolean answersPings) {
        ResponseStream stream =
                exchange.stream(HttpResponseStatus.OK, headers("text/event-stream; charset=utf-8"));
        Framing framing = SseFraming.SHARED.inside(stream.framing());
        new StreamTransport("sse", stream, framing, answersPings, streams)
                .converse(exchange, commands);
    }

    /**
     * Answers with a stream of lines and begins a conversation with {@code commands}.
     *
     * <p><b>Buffer:</b> borrows {@code commands}.
     */
    static void serveLines(HttpExchange exchange, Streams streams, ByteBuf commands) {
        ResponseStream stream =
                exchange.stream(HttpResponseStatus.OK, headers("application/x-ndjson"));
        Framing framing = LineFraming.SHARED.inside(stream.framing());
        new StreamTransport("http_stream", stream, framing, true, streams)
                .converse(exchange, commands);
    }

    private void converse(HttpExchange exchange, ByteBuf commands) {
        conversation = streams.clients().begin(exchange.connection(), this);
        streams.add(this);
        stream.whenClosed(this::closed);
        conversation.receive(commands);
        conversation.readComplete();
    }

    private void closed() {
        streams.remove(this);
        if (!ended && channel().isActive()) { // the server asks the stream to end
            conversation.end(CloseReason.SHUTDOWN);
        }
        conversation.closed();
    }

    /** The service leaves. */
    void leave() {
        if (!ended) {
            conversation.end(CloseReason.SHUTDOWN);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Channel channel() {
        return stream.channel();
    }

    @Override
    public Framing framing() {
        return framing;
    }

    @Override
    public boolean isEmulated() {
        return true;
    }

    @Override
    public boolean answersPings() {
        return answersPings;
    }

    @Override
    public boolean hasCloseCodes() {
        return false;
    }

    @Override
    public void close(CloseReason reason) {
        if (!ended) {
            ended = true;
            streams.remove(this);
            stream.flush();
            stream.end();
        }
    }

    /** What keeps the stream out of caches, and proxies from gathering it. */
    private static HttpHeaders headers(String contentType) {
        return new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(
                        HttpHeaderNames.CACHE_CONTROL,
                        "private, no-cache, no-store, must-revalidate, max-age=0")
                .set("X-Accel-Buffering", "no");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.ResponseStream;
import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An exchange without HTTP; a piece of the streamed body is framed as {@code <piece>}. */
final class FakeExchange implements HttpExchange, Connection, ResponseStream {

    private enum Brackets implements Framing {
        SHARED;

        @Override
        public void frame(ByteBuf payload, ByteBuf out) {
            out.writeByte('<');
            out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
            out.writeByte('>');
        }
    }

    final EmbeddedChannel channel = new EmbeddedChannel();
    final HttpRequest request;
    HttpResponseStatus status;
    HttpHeaders headers;
    String text = "";
    boolean ended;
    Runnable whenClosed = () -> {};

    private final String body;

    private FakeExchange(HttpMethod method, String uri, String body) {
        this.request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, uri);
        this.body = body;
    }

    static FakeExchange get(String uri) {
        return new FakeExchange(HttpMethod.GET, uri, "");
    }

    static FakeExchange post(String uri, String body) {
        return new FakeExchange(HttpMethod.POST, uri, body);
    }

    /** What has been streamed so far. */
    String streamed() {
        var all = new StringBuilder();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            all.append(each.toString(StandardCharsets.UTF_8));
            each.release();
        }
        return all.toString();
    }

    @Override
    public Connection connection() {
        return this;
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public String path() {
        return new QueryStringDecoder(request.uri()).path();
    }

    @Override
    public Map<String, List<String>> query() {
        return new QueryStringDecoder(request.uri()).parameters();
    }

    @Override
    public void body(int maxBytes, Consumer<ByteBuf> then) {
        ByteBuf bytes = ByteBufUtil.writeUtf8(channel.alloc(), body);
        if (bytes.readableBytes() > maxBytes) {
            respond(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "too large");
        } else {
            then.accept(bytes);
        }
        bytes.release();
    }

    @Override
    public void body(BodyReader reader) {
        throw new UnsupportedOperationException("not used here");
    }

    @Override
    public void respond(HttpResponseStatus itsStatus, HttpHeaders itsHeaders, ByteBuf itsBody) {
        status = itsStatus;
        headers = itsHeaders;
        text = itsBody.toString(StandardCharsets.UTF_8);
        itsBody.release();
    }

    @Override
    public void respond(HttpResponseStatus itsStatus, String itsText) {
        status = itsStatus;
        text = itsText;
    }

    @Override
    public ResponseStream stream(HttpResponseStatus itsStatus, HttpHeaders itsHeaders) {
        status = itsStatus;
        headers = itsHeaders;
        return this;
    }

    @Override
    public void whenCut(Runnable action) {
        throw new UnsupportedOperationException("not used here");
    }

    @Override
    public void upgrade(
            String protocol, HttpHeaders itsHeaders, Consumer<ChannelPipeline> install) {
        throw new UnsupportedOperationException("not used here");
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public Framing framing() {
        return Brackets.SHARED;
    }

    @Override
    public void write(ByteBuf piece) {
        channel.write(piece);
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void end() {
        ended = true;
        channel.writeAndFlush(Unpooled.copiedBuffer("<end>", StandardCharsets.US_ASCII));
    }

    @Override
    public void end(HttpHeaders trailers) {
        throw new UnsupportedOperationException("not used here");
    }

    @Override
    public void whenClosed(Runnable action) {
        whenClosed = action;
    }

    @Override
    public String id() {
        return "conn_00000001";
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint("http", "127.0.0.1", 8080);
    }

    @Override
    public String listener() {
        return "test";
    }

    @Override
    public String protocol() {
        return "http";
    }

    @Override
    public void protocol(String name) {
        throw new UnsupportedOperationException("not used here");
    }

    @Override
    public void close(CloseReason reason) {
        channel.close();
    }
}

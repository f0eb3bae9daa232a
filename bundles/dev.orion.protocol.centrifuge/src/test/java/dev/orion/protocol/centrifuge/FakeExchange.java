// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.ResponseStream;
import dev.orion.net.CloseReason;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One POST and what it is answered. */
final class FakeExchange implements HttpExchange, Connection {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final HttpRequest request;
    private final byte[] body;

    private int answers;
    private int status;
    private String contentType = "";
    private String challenge = "";
    private String answer = "";

    FakeExchange(String path, byte[] body) {
        this.request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path);
        this.body = body;
    }

    FakeExchange header(String name, String value) {
        request.headers().set(name, value);
        return this;
    }

    /** How to authenticate; empty where the answer does not say. */
    String challenge() {
        return challenge;
    }

    /** The status and the body, once there was exactly one answer. */
    String answer() {
        channel.runPendingTasks();
        if (answers != 1 || !contentType.equals("application/json")) {
            throw new AssertionError(answers + " answers, " + contentType);
        }
        return status + " " + answer;
    }

    boolean isAnswered() {
        channel.runPendingTasks();
        return answers > 0;
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
        return request.uri();
    }

    @Override
    public Map<String, List<String>> query() {
        return Map.of();
    }

    @Override
    public void body(int maxBytes, Consumer<ByteBuf> then) {
        if (body.length > maxBytes) {
            respond(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "too large");
            return;
        }
        ByteBuf lent = Unpooled.directBuffer().writeBytes(body);
        try {
            then.accept(lent);
        } finally {
            lent.release();
        }
    }

    @Override
    public void body(BodyReader reader) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void respond(HttpResponseStatus code, HttpHeaders headers, ByteBuf bytes) {
        answers++;
        status = code.code();
        contentType = headers.get("content-type");
        challenge = headers.get("www-authenticate", "");
        answer = bytes.toString(StandardCharsets.UTF_8);
        bytes.release();
    }

    @Override
    public void respond(HttpResponseStatus code, String text) {
        answers++;
        status = code.code();
        contentType = "text/plain";
        answer = text;
    }

    @Override
    public ResponseStream stream(HttpResponseStatus code, HttpHeaders headers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void whenCut(Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void upgrade(String to, HttpHeaders headers, Consumer<ChannelPipeline> install) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String id() {
        return "conn_00000002";
    }

    @Override
    public Endpoint endpoint() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String listener() {
        return "fake";
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public String protocol() {
        return "http";
    }

    @Override
    public void protocol(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(CloseReason reason) {
        throw new UnsupportedOperationException();
    }
}

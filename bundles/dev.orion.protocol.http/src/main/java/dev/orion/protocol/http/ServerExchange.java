// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.util.Objects.requireNonNull;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.ResponseStream;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One request of a connection, and its answer.
 *
 * <p>It ends when the answer is written and the request's body has been read or thrown away.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class ServerExchange implements HttpExchange {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int COPIED_BODY_BYTES = 1024;

    /** How much of a body that nobody wants is read to keep the connection. */
    private static final int MAX_UNWANTED_BYTES = 65_536;

    private enum Answer {
        NONE,
        STREAMING,
        UPGRADING,
        DONE
    }

    private final HttpConnection http;
    private final HttpRequest request;
    private Target target;
    private boolean mustClose;
    private String corsOrigin = "";
    private boolean expectsContinue;

    private BodyReader reader;
    private boolean bodyComplete;
    private int unwantedBytes;

    private Answer answer = Answer.NONE;
    private boolean answeredForService;
    private BodyStream stream;
    private Runnable upgrade;

    ServerExchange(HttpConnection http, HttpRequest request) {
        this.http = http;
        this.request = request;
        this.mustClose = !HttpUtil.isKeepAlive(request);
        this.expectsContinue =
                !RequestCheck.isOld(request) && HttpUtil.is100ContinueExpected(request);
    }

    void target(Target parsed) {
        target = parsed;
    }

    /** The page's origin, which may read the answer. */
    void corsOrigin(String origin) {
        corsOrigin = requireNonNull(origin, "origin");
    }

    Channel channel() {
        return connection().channel();
    }

    @Override
    public Connection connection() {
        return http.connection();
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public Map<String, List<String>> query() {
        return target.query();
    }

    // The request's body

    @Override
    public void body(int maxBytes, Consumer<ByteBuf> then) {
        if (isOver()) {
            return;
        }
        Runnable tooLong = () -> refuse(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        if (HttpUtil.getContentLength(request, 0L) > maxBytes) {
            tooLong.run();
            return;
        }
        ByteBuf empty = bodyComplete ? Unpooled.buffer(0) : channel().alloc().buffer();
        body(new GatheredBody(empty, maxBytes, then, tooLong));
    }

    @Override
    public void body(BodyReader taker) {
        if (reader != null) {
            throw new IllegalStateException("the body is being read already");
        }
        if (isOver()) {
            return;
        }
        reader = taker;
        if (bodyComplete) {
            endBody();
            return;
        }
        if (expectsContinue) {
            expectsContinue = false;
            http.writeContinue();
        }
        http.regulate();
    }

    /** Whether pieces of the body are wanted now. */
    boolean wantsBody() {
        return reader != null && !bodyComplete;
    }

    /** Takes the next piece. <b>Buffer:</b> borrows {@code piece}. */
    void piece(ByteBuf piece) {
        if (piece.isReadable() && reader != null) {
            guarded(() -> reader.piece(piece));
        }
    }

    /** The body is complete. */
    void endBody() {
        bodyComplete = true;
        if (reader != null) {
            guarded(reader::end);
        }
        if (upgrade != null) {
            upgrade.run();
        } else if (answer == Answer.DONE) {
            http.finished(this, mustClose);
        }
    }

    /** What arrives is not a body. */
    void badBody() {
        refuse(HttpResponseStatus.BAD_REQUEST);
    }

    /** The rest of the body does not arrive. */
    void bodyTimedOut() {
        refuse(HttpResponseStatus.REQUEST_TIMEOUT);
    }

    // The answer

    @Override
    public void respond(HttpResponseStatus status, String text) {
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, TEXT);
        respond(status, headers, Unpooled.wrappedBuffer(line));
    }

    @Override
    public void respond(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
        if (!mayAnswer()) {
            body.release();
            return;
        }
        ByteBuf head = channel().alloc().buffer(256 + COPIED_BODY_BYTES);
        beginHead(head, status, headers);
        if (mayHaveBody(status)) {
            ResponseHead.field(
                    head, HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
        }
        ResponseHead.end(head);
        if (isHeadOnly(status)) {
            body.release();
            http.write(head);
        } else if (body.readableBytes() <= COPIED_BODY_BYTES) {
            head.writeBytes(body, body.readerIndex(), body.readableBytes());
            body.release();
            http.write(head);
        } else {
            http.write(head);
            http.write(body);
        }
        flush();
        answered();
    }

    @Override
    public ResponseStream stream(HttpResponseStatus status, HttpHeaders headers) {
        boolean chunked = !RequestCheck.isOld(request);
        mustClose |= !chunked;
        var opened =
                new BodyStream(this, chunked ? ChunkFraming.CHUNKED : ChunkFraming.UNTIL_CLOSE);
        if (!mayAnswer()) {
            opened.withoutBody();
            return opened;
        }
        ByteBuf head = channel().alloc().buffer(256);
        beginHead(head, status, headers);
        if (chunked && mayHaveBody(status)) {
            ResponseHead.field(head, HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        ResponseHead.end(head);
        http.write(head);
        flush();
        if (isHeadOnly(status)) {
            opened.withoutBody();
            answered();
        } else {
            answer = Answer.STREAMING;
            stream = opened;
            http.regulate();
        }
        return opened;
    }

    @Override
    public void upgrade(String protocol, HttpHeaders headers, Consumer<ChannelPipeline> install) {
        if (!mayAnswer()) {
            return;
        }
        answer = Answer.UPGRADING;
        upgrade = () -> http.leave(protocol, upgradeHead(headers), install);
        if (bodyComplete) {
            upgrade.run();
        } else if (reader == null) {
            dropBody();
        }
    }

    /** Refuses the request and closes; where an answer has begun already, it only closes. */
    void refuse(HttpResponseStatus status) {
        if (answer != Answer.NONE) {
            http.close(CloseReason.BAD_REQUEST);
            return;
        }
        mustClose = true;
        respond(status, status.reasonPhrase());
        answeredForService = true;
    }

    /** The service failed. */
    void failed() {
        if (answer == Answer.NONE) {
            refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR);
        } else if (answer != Answer.DONE) {
            http.close(CloseReason.INTERNAL_ERROR);
        }
    }

    /** Ends a stream early, and lets the connection close after this exchange. */
    void endSoon() {
        mustClose = true;
        if (stream != null && answer == Answer.STREAMING) {
            stream.ask();
        }
    }

    /** The connection is gone. */
    void cut() {
        if (reader instanceof GatheredBody gathered) {
            gathered.release();
        }
        if (stream != null) {
            stream.cut();
        }
        answer = Answer.DONE;
        answeredForService = true;
    }

    /** The stream has written its end. */
    void streamEnded() {
        flush();
        answered();
    }

    void flush() {
        http.flush();
    }

    /** Calls into the service. */
    void guarded(Runnable call) {
        http.guarded(this, call);
    }

    private boolean mayAnswer() {
        if (isOver()) {
            return false;
        }
        if (answer != Answer.NONE) {
            throw new IllegalStateException("the exchange is answered already");
        }
        return true;
    }

    /** Whether nothing that the service does matters any more. */
    private boolean isOver() {
        return answeredForService || !channel().isActive();
    }

    private void beginHead(ByteBuf head, HttpResponseStatus status, HttpHeaders headers) {
        // RFC 9110 §10.1.1: without the go-ahead, nobody knows whether a body follows.
        mustClose |= expectsContinue && !bodyComplete;
        ResponseHead.begin(head, status, http.date(), headers);
        if (!corsOrigin.isEmpty()) {
            ResponseHead.field(head, HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, corsOrigin);
            ResponseHead.field(head, HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            ResponseHead.field(head, HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
        if (mustClose) {
            ResponseHead.field(head, HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (RequestCheck.isOld(request)) {
            ResponseHead.field(head, HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private ByteBuf upgradeHead(HttpHeaders headers) {
        ByteBuf head = channel().alloc().buffer(256);
        ResponseHead.begin(head, HttpResponseStatus.SWITCHING_PROTOCOLS, http.date(), headers);
        if (!headers.contains(HttpHeaderNames.UPGRADE)) {
            ResponseHead.field(
                    head, HttpHeaderNames.UPGRADE, request.headers().get(HttpHeaderNames.UPGRADE));
        }
        ResponseHead.field(head, HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        ResponseHead.end(head);
        return head;
    }

    private boolean isHeadOnly(HttpResponseStatus status) {
        return request.method().equals(HttpMethod.HEAD) || !mayHaveBody(status);
    }

    /** RFC 9110 §6.4.1. */
    private static boolean mayHaveBody(HttpResponseStatus status) {
        return status.code() != 204
                && status.code() != 304
                && status.codeClass() != HttpStatusClass.INFORMATIONAL;
    }

    private void answered() {
        answer = Answer.DONE;
        if (bodyComplete || mustClose) {
            http.finished(this, mustClose);
        } else {
            dropBody();
        }
    }

    private void dropBody() {
        reader = new Unwanted();
        http.regulate();
    }

    /** Throws a body away, up to a limit. */
    private final class Unwanted implements BodyReader {

        @Override
        public void piece(ByteBuf piece) {
            unwantedBytes += piece.readableBytes();
            if (unwantedBytes > MAX_UNWANTED_BYTES) {
                http.close(CloseReason.BAD_REQUEST);
            }
        }

        @Override
        public void end() {
            // The exchange goes on by itself.
        }
    }

    /** An answer without fields of its own. */
    void respondEmpty(HttpResponseStatus status) {
        respond(status, EmptyHttpHeaders.INSTANCE, Unpooled.EMPTY_BUFFER);
    }
}

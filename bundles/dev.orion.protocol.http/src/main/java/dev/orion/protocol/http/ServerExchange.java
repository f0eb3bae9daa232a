// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.util.Objects.requireNonNull;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.ResponseStream;
import dev.orion.net.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer: what is the same in every version of HTTP.
 *
 * <p>It ends when the answer is written and the request's body has been read or given up.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
abstract class ServerExchange implements HttpExchange {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    private static final String TEXT = "text/plain; charset=utf-8";

    private enum Answer {
        NONE,
        STREAMING,
        UPGRADING,
        DONE
    }

    private final HttpRequest request;
    private Target target;
    private String corsOrigin = "";
    private boolean expectsContinue;
    private Brotli brotli; // null: its answer goes as it is

    private BodyReader reader;
    private boolean bodyComplete;
    private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;

    private Answer answer = Answer.NONE;
    private boolean answeredForService;
    private boolean cut;
    private List<Runnable> cutActions = List.of();
    private BodyStream stream;
    private Runnable upgrade;

    ServerExchange(HttpRequest request) {
        this.request = request;
        this.expectsContinue =
                !RequestCheck.isOld(request) && HttpUtil.is100ContinueExpected(request);
    }

    // What each version of HTTP does in its own way

    /** Whether the peer can still be answered. */
    abstract boolean isOpen();

    /** Tells the peer to send the body (RFC 9110 §15.2.1). */
    abstract void writeContinue();

    /**
     * Writes an answer.
     *
     * <p><b>Buffer:</b> takes ownership of {@code body}, empty where none goes; also when a field
     * cannot be written.
     */
    abstract void write(HttpResponseStatus status, HttpHeaders headers, ByteBuf body);

    /** A body that is not begun yet. */
    abstract BodyStream newStream();

    /** Writes the head of an answer whose body, if it may have one, follows. */
    abstract void writeHead(HttpResponseStatus status, HttpHeaders headers);

    /** Leaves HTTP. */
    abstract void leave(String protocol, HttpHeaders headers, Consumer<ChannelPipeline> install);

    /** Sends what was written, at the latest when this turn ends. */
    abstract void flush();

    /** Decides anew whether the peer's bytes are wanted. */
    abstract void regulate();

    /** The answer is complete; perhaps the request is not. */
    abstract void answered();

    /** The body is nobody's. */
    abstract void dropBody();

    /** There will be nothing after this answer's end that the peer could understand. */
    abstract void mustEnd();

    /** Ends it where its answer cannot be what it should. */
    abstract void abort(CloseReason reason);

    // The request

    void target(Target parsed) {
        target = parsed;
    }

    /** The page's origin, which may read the answer. */
    void corsOrigin(String origin) {
        corsOrigin = requireNonNull(origin, "origin");
    }

    /** Its answer may be compressed. */
    void compressed(Brotli withIt) {
        brotli = withIt;
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
        long length = HttpUtil.getContentLength(request, 0L);
        if (length > maxBytes) {
            tooLong.run();
            return;
        }
        body(new GatheredBody(alloc(), length, maxBytes, then, tooLong));
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
            tellEnd();
            return;
        }
        goAhead();
        regulate();
    }

    /** Tells a peer that waits for it to send its body; once, and only before its answer. */
    private void goAhead() {
        if (expectsContinue) {
            expectsContinue = false;
            writeContinue();
        }
    }

    /** Whether pieces of the body are wanted now. */
    boolean wantsBody() {
        return reader != null && !bodyComplete;
    }

    boolean isBodyComplete() {
        return bodyComplete;
    }

    /** Takes the next piece. <b>Buffer:</b> borrows {@code piece}. */
    void piece(ByteBuf piece) {
        if (piece.isReadable() && reader != null) {
            guarded(() -> reader.piece(piece));
        }
    }

    /** The body is complete. */
    void endBody(HttpHeaders following) {
        bodyComplete = true;
        trailers = following;
        tellEnd();
        if (upgrade != null) {
            upgrade.run();
        } else if (answer == Answer.DONE) {
            answered();
        }
    }

    private void tellEnd() {
        if (reader == null) {
            return;
        }
        if (trailers.isEmpty()) {
            guarded(reader::end);
        } else {
            guarded(() -> reader.end(trailers));
        }
    }

    /** Whoever reads the body from now on, nobody or the one who throws it away. */
    void reader(BodyReader other) {
        reader = other;
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

    /** An answer without fields of its own. */
    void respondEmpty(HttpResponseStatus status) {
        respond(status, EmptyHttpHeaders.INSTANCE, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void respond(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
        if (isOver() || isBegun()) {
            body.release();
        }
        if (!mayAnswer()) {
            return;
        }
        endWithoutBody();
        if (brotli == null) {
            write(status, headers, body);
        } else {
            ContentCoding coded = ContentCoding.of(request, status, headers, body, brotli);
            write(status, coded.headers(), coded.body());
        }
        flush();
        done();
    }

    @Override
    public ResponseStream stream(HttpResponseStatus status, HttpHeaders headers) {
        BodyStream opened = newStream();
        if (!mayAnswer()) {
            opened.withoutBody();
            return opened;
        }
        endWithoutBody();
        writeHead(status, headers);
        flush();
        if (isHeadOnly(status)) {
            opened.withoutBody();
            done();
        } else {
            answer = Answer.STREAMING;
            stream = opened;
            regulate();
        }
        return opened;
    }

    @Override
    public void upgrade(String protocol, HttpHeaders headers, Consumer<ChannelPipeline> install) {
        if (!mayAnswer()) {
            return;
        }
        answer = Answer.UPGRADING;
        upgrade = () -> leave(protocol, headers, install);
        if (bodyComplete || isTunnel()) {
            upgrade.run();
        } else if (reader == null) {
            goAhead(); // RFC 9110 §7.8
            dropBody();
        }
    }

    @Override
    public void whenCut(Runnable action) {
        if (cut) {
            action.run();
        } else if (answer != Answer.DONE) {
            var more = new ArrayList<>(cutActions);
            more.add(action);
            cutActions = more;
        }
    }

    /** Refuses the request and ends; where an answer has begun already, it only ends. */
    void refuse(HttpResponseStatus status) {
        if (answer != Answer.NONE) {
            abort(CloseReason.BAD_REQUEST);
            return;
        }
        mustEnd();
        respond(status, status.reasonPhrase());
        answeredForService = true;
    }

    /** The service failed. */
    void failed() {
        if (answer == Answer.NONE) {
            refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR);
        } else if (answer != Answer.DONE) {
            abort(CloseReason.INTERNAL_ERROR);
        }
    }

    /** Ends a stream early: whoever writes it may say a last word. */
    void endSoon() {
        if (stream != null && answer == Answer.STREAMING) {
            stream.ask();
        }
    }

    /** The peer is gone, or has taken the request back. Calling it again does nothing. */
    void cut() {
        if (cut) {
            return;
        }
        boolean wasInProgress = answer != Answer.DONE;
        cut = true;
        answer = Answer.DONE;
        answeredForService = true;
        releaseGathered();
        if (stream != null) {
            stream.cut();
        }
        List<Runnable> actions = cutActions;
        cutActions = List.of();
        if (wasInProgress) {
            actions.forEach(this::guarded);
        }
    }

    /** The stream has written its end. */
    void streamEnded() {
        flush();
        done();
    }

    /** Whether something has been written that cannot be taken back. */
    boolean isBegun() {
        return answer != Answer.NONE;
    }

    boolean isDone() {
        return answer == Answer.DONE;
    }

    /** Whether this is an extended CONNECT, whose body is the new protocol (RFC 8441 §4). */
    boolean isTunnel() {
        return false;
    }

    /** RFC 9110 §10.1.1: without the go-ahead, nobody knows whether a body follows. */
    private void endWithoutBody() {
        if (expectsContinue && !bodyComplete) {
            expectsContinue = false;
            mustEnd();
        }
    }

    private void done() {
        answer = Answer.DONE;
        cutActions = List.of();
        if (!bodyComplete) {
            releaseGathered(); // nobody waits for the rest
        }
        answered();
    }

    private void releaseGathered() {
        if (reader instanceof GatheredBody gathered) {
            gathered.release();
        }
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
        return answeredForService || !isOpen();
    }

    /** The fields that let a page of another host read the answer. */
    void cors(BiConsumer<CharSequence, CharSequence> field) {
        if (!corsOrigin.isEmpty()) {
            field.accept(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, corsOrigin);
            field.accept(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            field.accept(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
    }

    boolean isHeadOnly(HttpResponseStatus status) {
        return request.method().equals(HttpMethod.HEAD) || !mayHaveBody(status);
    }

    /** RFC 9110 §6.4.1. */
    static boolean mayHaveBody(HttpResponseStatus status) {
        return status.code() != 204
                && status.code() != 304
                && status.codeClass() != HttpStatusClass.INFORMATIONAL;
    }

    /** Calls into the service; what it throws costs this exchange only. */
    void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException broken) {
            log.atWarn()
                    .addKeyValue("connection_id", connection().id())
                    .addKeyValue("path", path())
                    .setCause(broken)
                    .log("HTTP service failed");
            failed();
        }
    }
}

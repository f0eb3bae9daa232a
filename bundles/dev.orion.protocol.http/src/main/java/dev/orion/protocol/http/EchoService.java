// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import dev.orion.http.ResponseStream;
import dev.orion.message.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import org.osgi.service.component.annotations.Component;

/**
 * Answers with the request's body: a small one of known length at once, any other as it arrives.
 */
@Component
@HttpPath(
        path = "/echo",
        methods = {"GET", "POST", "PUT"})
public final class EchoService implements HttpService {

    private static final int WHOLE_BYTES = 16_384;
    private static final AsciiString CONTENT_TYPE_OPTIONS =
            AsciiString.cached("x-content-type-options");
    private static final AsciiString NO_SNIFF = AsciiString.cached("nosniff");

    /** The one value that is not a constant has been read from a request. */
    private static final HttpHeadersFactory ALL_CHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    @Override
    public void serve(HttpExchange exchange) {
        long length = HttpUtil.getContentLength(exchange.request(), Long.MAX_VALUE);
        if (length > WHOLE_BYTES) {
            exchange.body(new Echo(exchange));
            return;
        }
        exchange.body(
                WHOLE_BYTES,
                body ->
                        exchange.respond(
                                HttpResponseStatus.OK,
                                headers(exchange.request()),
                                body.retainedSlice()));
    }

    private static HttpHeaders headers(HttpRequest request) {
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, Payload.BINARY);
        return ALL_CHECKED
                .newHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(CONTENT_TYPE_OPTIONS, NO_SNIFF);
    }

    private static final class Echo implements BodyReader {

        private final HttpExchange exchange;
        private ResponseStream answer;

        Echo(HttpExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void piece(ByteBuf piece) {
            ResponseStream now = answer();
            now.write(piece.retainedSlice());
            now.flush();
        }

        @Override
        public void end() {
            answer().end();
        }

        /** Begun late, so that the peer is told to send its body before it is answered. */
        private ResponseStream answer() {
            if (answer == null) {
                answer = exchange.stream(HttpResponseStatus.OK, headers(exchange.request()));
            }
            return answer;
        }
    }
}

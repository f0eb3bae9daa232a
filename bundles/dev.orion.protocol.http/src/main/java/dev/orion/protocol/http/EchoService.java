// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.BodyReader;
import dev.orion.http.HttpExchange;
import dev.orion.http.HttpPath;
import dev.orion.http.HttpService;
import dev.orion.http.ResponseStream;
import dev.orion.message.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.osgi.service.component.annotations.Component;

/** Answers with the request's body, as it arrives. */
@Component
@HttpPath(
        path = "/echo",
        methods = {"GET", "POST", "PUT"})
public final class EchoService implements HttpService {

    @Override
    public void serve(HttpExchange exchange) {
        exchange.body(new Echo(exchange));
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
                answer = exchange.stream(HttpResponseStatus.OK, headers());
            }
            return answer;
        }

        private HttpHeaders headers() {
            HttpHeaders asked = exchange.request().headers();
            String type = asked.get(HttpHeaderNames.CONTENT_TYPE, Payload.BINARY);
            return new DefaultHttpHeaders()
                    .set(HttpHeaderNames.CONTENT_TYPE, type)
                    .set("X-Content-Type-Options", "nosniff");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** POST requests to {@code /echo} over HTTP/1.1, pipelined where several are on their way. */
final class Http1Echo extends EchoClient {

    private static final String HEAD =
            """
            POST /echo HTTP/1.1\r
            Host: %s\r
            User-Agent: bench\r
            Content-Type: text/plain\r
            Content-Length: %d\r
            \r
            """;

    private final int bodyBytes;
    private final Http1Scanner scanner;
    private byte[] request = {};

    Http1Echo(int window, int bodyBytes, LongAdder done, CompletableFuture<Void> lost) {
        super(window, done, lost);
        this.bodyBytes = bodyBytes;
        this.scanner = new Http1Scanner(bodyBytes);
    }

    @Override
    void greet() {
        String head = HEAD.formatted(authority(), bodyBytes);
        request = (head + "x".repeat(bodyBytes)).getBytes(US_ASCII);
        ready();
    }

    @Override
    void ask(int requests) {
        for (int i = 0; i < requests; i++) {
            out().writeBytes(request);
        }
    }

    @Override
    void look(ByteBuf in) {
        scanner.scan(in);
        answered(scanner.takeAnswers());
    }
}

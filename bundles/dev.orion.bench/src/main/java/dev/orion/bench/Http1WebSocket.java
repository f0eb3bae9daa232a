// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** A WebSocket to {@code /echo} on a connection of its own. */
final class Http1WebSocket extends EchoClient {

    private static final ByteBuf HEAD_END =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("\r\n\r\n", US_ASCII));
    private static final String UPGRADE =
            """
            GET /echo HTTP/1.1\r
            Host: %s\r
            User-Agent: bench\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """;

    private final byte[] message = WebSocketBytes.clientBytes(Commands.text());
    private final FrameScanner scanner = new FrameScanner();
    private final ByteBuf head = Unpooled.buffer(); // of the answer, until it is whole
    private boolean upgraded;

    Http1WebSocket(int window, LongAdder done, CompletableFuture<Void> lost) {
        super(window, done, lost);
    }

    @Override
    void greet() {
        ByteBufUtil.writeAscii(out(), UPGRADE.formatted(authority()));
    }

    @Override
    void ask(int requests) {
        for (int i = 0; i < requests; i++) {
            out().writeBytes(message);
        }
    }

    @Override
    void look(ByteBuf in) {
        if (!upgraded) {
            upgrade(in);
            return;
        }
        scanner.scan(in);
        answered(scanner.takeMessages());
        if (scanner.isClosed()) {
            throw new BenchException("the server closed a WebSocket");
        }
    }

    /** The server says nothing more before it is spoken to. */
    private void upgrade(ByteBuf in) {
        head.writeBytes(in, in.readerIndex(), in.readableBytes());
        if (ByteBufUtil.indexOf(HEAD_END, head) < 0) {
            return;
        }
        String answer = head.toString(US_ASCII);
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new BenchException("not upgraded: " + answer.lines().findFirst().orElse(""));
        }
        upgraded = true;
        ready();
    }
}

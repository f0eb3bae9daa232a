// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * WebSockets to {@code /echo} on the streams of one connection (RFC 8441), a message on its way on
 * each.
 */
final class Http2WebSockets extends Http2Client {

    private final byte[] message = WebSocketBytes.clientBytes(Commands.text());
    private final List<Tunnel> tunnels = new ArrayList<>(); // of streams 1, 3, 5, …
    private final Queue<Tunnel> rested = new ArrayDeque<>();

    Http2WebSockets(int tunnels, LongAdder done, CompletableFuture<Void> lost) {
        super(tunnels, Commands.CLIENT_TEXT_BYTES, done, lost);
    }

    @Override
    void begun() {
        ByteBuf out = out();
        for (int i = 0; i < window(); i++) {
            var tunnel = new Tunnel(newStream());
            tunnels.add(tunnel);
            int at = out.writerIndex();
            ByteBuf head = connect(i == 0);
            out.writeBytes(head);
            head.release();
            Http2Bytes.stream(out, at, tunnel.stream);
        }
    }

    @Override
    void send(ByteBuf out) {
        Http2Bytes.frame(out, message.length, Http2Bytes.DATA, 0, rested.remove().stream);
        out.writeBytes(message);
    }

    @Override
    void head(int stream, boolean isLast) {
        checkOpen(isLast);
        rested.add(tunnels.get(stream >> 1));
        if (rested.size() == window()) {
            ready();
        }
    }

    @Override
    void piece(int stream, int length, boolean isLast) {
        checkOpen(isLast);
        tunnels.get(stream >> 1).piece(length);
    }

    private static void checkOpen(boolean isLast) {
        if (isLast) {
            throw new BenchException("the server ended a WebSocket");
        }
    }

    private ByteBuf connect(boolean isFirst) {
        return Http2Bytes.request(
                isFirst,
                0,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                "/echo",
                ":authority",
                authority(),
                "user-agent",
                "bench",
                "sec-websocket-version",
                "13");
    }

    /** One WebSocket. */
    private final class Tunnel {

        private final int stream;
        private int missing = Commands.SERVER_TEXT_BYTES; // of the message on its way
        private int taken; // bytes that the server has not been told of

        Tunnel(int stream) {
            this.stream = stream;
        }

        void piece(int length) {
            missing -= length;
            if (missing < 0) {
                throw new BenchException("more than the message came back");
            }
            if (missing == 0) {
                missing = Commands.SERVER_TEXT_BYTES;
                rested.add(this);
                answered(1);
            }
            taken += length;
            if (taken >= TOLD_BYTES) {
                Http2Bytes.windowUpdate(out(), stream, taken);
                taken = 0;
            }
        }
    }
}

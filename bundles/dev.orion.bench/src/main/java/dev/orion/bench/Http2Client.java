// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * A connection of HTTP/2 by prior knowledge: what is the same whatever its streams carry.
 *
 * <p>It keeps to the connection's window (RFC 9113 §6.9). What it has on its way on one stream is
 * less than the window that a stream has where nobody says otherwise.
 */
abstract class Http2Client extends EchoClient implements Http2Scanner.Frames {

    /** After so many bytes the server is told that it may send more. */
    static final int TOLD_BYTES = 1 << 30;

    private final Http2Scanner scanner = new Http2Scanner(this);
    private final int requestBytes;
    private int held; // requests that the connection has no window for
    private int sendWindow = Http2Bytes.USUAL_WINDOW;
    private int taken; // bytes that the server has not been told of
    private int lastStream = -1;
    private boolean begun;

    /**
     * @param requestBytes what a request takes of the connection's window
     */
    Http2Client(int window, int requestBytes, LongAdder done, CompletableFuture<Void> lost) {
        super(window, done, lost);
        this.requestBytes = requestBytes;
    }

    /** The server has told its settings. */
    abstract void begun();

    /** Appends one request. */
    abstract void send(ByteBuf out);

    /** A stream's answer begins, or ends with fields. */
    abstract void head(int stream, boolean isLast);

    /** A piece of a stream's answer. */
    abstract void piece(int stream, int length, boolean isLast);

    /** The next stream of this client. */
    final int newStream() {
        lastStream += 2;
        return lastStream;
    }

    @Override
    final void greet() {
        Http2Bytes.opening(out());
    }

    @Override
    final void ask(int requests) {
        held += requests;
        sendHeld();
    }

    @Override
    final void look(ByteBuf in) {
        scanner.scan(in);
    }

    @Override
    public final void frame(int type, int flags, int stream, int length, long beginning) {
        boolean isLast = (flags & Http2Bytes.END_STREAM) != 0;
        switch (type) {
            case Http2Bytes.DATA -> {
                taken(length);
                piece(stream, length, isLast);
            }
            case Http2Bytes.HEADERS -> {
                if (!Http2Bytes.isOk(beginning)) {
                    throw new BenchException("an answer that is not 200");
                }
                head(stream, isLast);
            }
            case Http2Bytes.SETTINGS -> settings(flags);
            case Http2Bytes.PING -> {
                if ((flags & Http2Bytes.ACK) == 0) {
                    Http2Bytes.pingAck(out(), beginning);
                }
            }
            case Http2Bytes.WINDOW_UPDATE -> {
                if (stream == 0) {
                    sendWindow += (int) (beginning >>> 32);
                    sendHeld();
                }
            }
            case Http2Bytes.RST_STREAM -> {
                if (beginning >>> 32 != Http2Bytes.NO_ERROR) { // else it did not wait for a body
                    throw new BenchException("the server reset a stream: " + (beginning >>> 32));
                }
            }
            case Http2Bytes.GOAWAY ->
                    throw new BenchException("GOAWAY: " + (int) beginning); // the error
            default -> {
                // of no meaning here
            }
        }
    }

    private void settings(int flags) {
        if ((flags & Http2Bytes.ACK) != 0) {
            return;
        }
        Http2Bytes.settingsAck(out());
        if (!begun) {
            begun = true;
            begun();
        }
    }

    private void taken(int bytes) {
        taken += bytes;
        if (taken >= TOLD_BYTES) {
            Http2Bytes.windowUpdate(out(), 0, taken);
            taken = 0;
        }
    }

    private void sendHeld() {
        while (held > 0 && sendWindow >= requestBytes) {
            held--;
            sendWindow -= requestBytes;
            send(out());
        }
    }
}

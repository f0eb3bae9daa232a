// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads short lines that must have come by a time, however slowly the bytes drip. */
final class LineInput {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.shell");

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[4096];
    private int at;
    private int end;
    private long deadline;

    LineInput(Socket socket, Duration patience) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /**
     * The next line, without its end ({@code \n} or {@code \r\n}).
     *
     * @return empty when the peer ended before the line did; longer than {@code max} when it is too
     *     long, and then not the whole line
     * @throws SocketTimeoutException when it has not come in time
     */
    Optional<byte[]> line(int max) throws IOException {
        var line = new ByteArrayOutputStream();
        while (line.size() <= max) {
            if (at == end && !fill()) {
                return Optional.empty();
            }
            byte next = buffer[at++];
            if (next == '\n') {
                byte[] bytes = line.toByteArray();
                boolean returned = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
                return Optional.of(returned ? Arrays.copyOf(bytes, bytes.length - 1) : bytes);
            }
            line.write(next);
        }
        return Optional.of(line.toByteArray());
    }

    /** Reads and forgets what comes until the peer ends, or until a time has passed. */
    void discard(Duration patience) throws IOException {
        deadline = System.nanoTime() + patience.toNanos();
        boolean more = true;
        while (more) {
            more = fill();
        }
    }

    /** Reads and forgets what comes until the peer ends or the socket is closed. */
    void awaitEnd() throws IOException {
        try {
            socket.setSoTimeout(0);
            int read = 0;
            while (read >= 0) {
                read = in.read(buffer);
            }
        } catch (SocketException ended) {
            LOG.atTrace().addKeyValue("reason", ended.toString()).log("Shell client ended");
        }
    }

    private boolean fill() throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("silent");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        end = in.read(buffer);
        at = 0;
        return end >= 0;
    }
}

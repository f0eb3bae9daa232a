// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs one shell command in the Orion that has a home.
 *
 * <p>{@code data/shell.address} of the home holds {@code 127.0.0.1:PORT} and a token, a line each.
 * The client sends the token and the command as lines; the answer is frames of one byte type, four
 * bytes length (big endian) and a body, until one of type 3 whose body is the exit code.
 */
final class ExecClient {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int CONNECT_MILLIS = 5_000;
    private static final int CHUNK_BYTES = 8_192;

    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int END = 3;

    private final Path home;
    private final OutputStream out;
    private final OutputStream err;

    ExecClient(Path home, OutputStream out, OutputStream err) {
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command; its output goes where it belongs as it comes.
     *
     * @return its exit code
     * @throws IOException when there is nobody to run it, or the answer breaks off; the message is
     *     for people
     */
    int run(String command) throws IOException {
        List<String> address = address();
        try (var socket = connect(address.get(0))) {
            String question = address.get(1) + "\n" + command + "\n";
            socket.getOutputStream().write(question.getBytes(StandardCharsets.UTF_8));
            return copy(new DataInputStream(new BufferedInputStream(socket.getInputStream())));
        } catch (EOFException brokenOff) {
            throw new IOException("Orion ended before the command did", brokenOff);
        }
    }

    private List<String> address() throws IOException {
        Path file = home.resolve("data/shell.address");
        if (Files.notExists(file)) {
            throw notRunning(null);
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2 || !lines.get(0).matches("127\\.0\\.0\\.1:[0-9]{1,5}")) {
            throw new IOException(file + ": expected 127.0.0.1:PORT and a token, a line each");
        }
        return lines;
    }

    private Socket connect(String address) throws IOException {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        var socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port),
                    CONNECT_MILLIS);
            return socket;
        } catch (IOException nobody) {
            socket.close();
            throw notRunning(nobody);
        }
    }

    private IOException notRunning(IOException cause) {
        return new IOException(
                "no Orion is running in " + home.toAbsolutePath().normalize(), cause);
    }

    private int copy(DataInputStream answer) throws IOException {
        while (true) {
            int type = answer.readUnsignedByte();
            int length = answer.readInt();
            if (length < 0) {
                throw new IOException("answer: a frame of " + length + " bytes");
            }
            switch (type) {
                case STDOUT -> copy(answer, length, out);
                case STDERR -> copy(answer, length, err);
                case END -> {
                    return length == 0 ? 0 : answer.readUnsignedByte();
                }
                default -> throw new IOException("answer: unknown frame type " + type);
            }
        }
    }

    private static void copy(DataInputStream from, int length, OutputStream to) throws IOException {
        var chunk = new byte[Math.min(length, CHUNK_BYTES)];
        for (int left = length; left > 0; ) {
            int read = from.read(chunk, 0, Math.min(left, chunk.length));
            if (read < 0) {
                throw new EOFException();
            }
            to.write(chunk, 0, read);
            left -= read;
        }
        to.flush();
    }
}

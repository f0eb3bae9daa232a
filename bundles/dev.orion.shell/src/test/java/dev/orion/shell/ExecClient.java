// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The other side of the door, written from its description. */
final class ExecClient implements AutoCloseable {

    private static final int PATIENCE_MS = 20_000;

    private final String token;
    private final Socket socket;
    private final DataInputStream in;

    ExecClient(Path home) throws IOException {
        List<String> lines = Files.readAllLines(home.resolve("data/shell.address"));
        URI address = URI.create("tcp://" + lines.get(0));
        this.token = lines.get(1);
        this.socket = new Socket(InetAddress.getByName(address.getHost()), address.getPort());
        socket.setSoTimeout(PATIENCE_MS);
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Runs one command. */
    static Answer ask(Path home, String command) throws IOException {
        try (var client = new ExecClient(home)) {
            client.send(client.token + "\n" + command + "\n");
            return client.answer();
        }
    }

    String token() {
        return token;
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The text of the next frame of standard output. */
    String nextOut() throws IOException {
        while (true) {
            int type = in.readByte();
            String text = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            if (type == Frames.STDOUT) {
                return text;
            }
        }
    }

    /** All that comes until the end. */
    Answer answer() throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        while (true) {
            int type = in.readByte();
            byte[] bytes = in.readNBytes(in.readInt());
            switch (type) {
                case 1 -> out.writeBytes(bytes);
                case 2 -> err.writeBytes(bytes);
                case 3 -> {
                    return new Answer(text(out), text(err), bytes[0]);
                }
                default -> throw new IOException("frame: " + type);
            }
        }
    }

    /** Whether the server ends the connection without an answer. */
    boolean isClosedByServer() throws IOException {
        try {
            while (true) {
                int type = in.readByte();
                in.readNBytes(in.readInt());
                if (type == Frames.STDOUT || type == Frames.END) {
                    return false;
                }
            }
        } catch (EOFException | SocketException closed) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    record Answer(String out, String err, int code) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Somebody at {@code nc}: writes lines and reads lines over a raw socket. */
class LineClient implements Client {

    private final Socket socket;
    private final BufferedReader in;
    private int endCode;
    private volatile boolean ended;

    LineClient(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Await.SOON.toMillis());
        this.in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    @Override
    public void say(String line) throws Exception {
        send(line + "\n");
    }

    final void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String hear() throws IOException {
        if (ended) {
            return null; // an HTTP connection stays open behind a stream that has ended
        }
        String line = message(in.readLine());
        while (line != null && (line.isEmpty() || line.equals("{}"))) {
            line = message(in.readLine());
        }
        if (line != null && Client.code(line) != 0) {
            endCode = Client.code(line);
        }
        ended = line == null;
        return line;
    }

    /** What a line says; empty when it is none of the client protocol's. */
    String message(String line) {
        return line;
    }

    @Override
    public int endCode() {
        return endCode;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

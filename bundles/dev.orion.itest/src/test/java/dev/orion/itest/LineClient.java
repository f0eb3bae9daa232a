// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Somebody at {@code nc}: writes lines and reads lines over a raw socket. */
final class LineClient implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    LineClient(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        this.in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void say(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next line that is not a server ping; null when the server has closed. */
    String hear() throws IOException {
        String line = in.readLine();
        while ("{}".equals(line)) {
            line = in.readLine();
        }
        return line;
    }

    /** The next publication; who comes and goes is passed over. */
    String hearPublication() throws IOException {
        String line = hear();
        while (line != null && !line.contains("\"pub\"")) {
            line = hear();
        }
        return line;
    }

    String ask(String line) throws IOException {
        say(line);
        return hear();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

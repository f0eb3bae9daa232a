// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** A client that sends and reads lines; what it waits for comes within ten seconds. */
final class Peer implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    Peer(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** One that comes from an address of this machine. */
    Peer(int port, String from) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(from), 0));
    }

    private Peer(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(10_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    int port() {
        return socket.getLocalPort();
    }

    void send(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
    }

    /** The next line; null at the end. */
    String line() throws IOException {
        try {
            return in.readLine();
        } catch (SocketException reset) {
            return null;
        }
    }

    String ask(String line) throws IOException {
        send(line);
        return line();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import dev.orion.client.ClientProtocol;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * The open streams of one service, and what they speak.
 *
 * <p><b>Threads:</b> any.
 *
 * <p><b>Ends:</b> closing it asks every conversation to end; their connections go on.
 */
final class Streams implements AutoCloseable {

    private final ClientProtocol clients;
    private final Set<StreamTransport> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Streams(ClientProtocol clients) {
        this.clients = clients;
    }

    ClientProtocol clients() {
        return clients;
    }

    void add(StreamTransport stream) {
        open.add(stream);
        if (closed) { // it came while the service left
            leave(stream);
        }
    }

    void remove(StreamTransport stream) {
        open.remove(stream);
    }

    int size() {
        return open.size();
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Streams::leave);
    }

    private static void leave(StreamTransport stream) {
        try {
            stream.channel().eventLoop().execute(stream::leave);
        } catch (RejectedExecutionException loopHasEnded) {
            // and the connection with it
        }
    }
}

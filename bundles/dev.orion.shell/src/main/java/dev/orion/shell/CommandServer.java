// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.service.command.CommandProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the clients of {@code orion exec} on a free port of loopback and runs a command for each.
 *
 * <p><b>Threads:</b> one accepts; every client has two, one that runs its command and one that sees
 * it leave. A client beyond the limit is closed at once.
 *
 * <p><b>Ends:</b> closing it closes every client, which interrupts their commands.
 */
final class CommandServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.shell");
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int BACKLOG = 50;

    private final CommandProcessor processor;
    private final ExecServer.Settings settings;
    private final byte[] token;
    private final ServerSocket socket;
    private final Semaphore free;
    private final ExecutorService workers = Executors.newCachedThreadPool(new Workers());
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    private CommandServer(
            CommandProcessor processor,
            ExecServer.Settings settings,
            String token,
            ServerSocket socket) {
        this.processor = processor;
        this.settings = settings;
        this.token = token.getBytes(StandardCharsets.US_ASCII);
        this.socket = socket;
        this.free = new Semaphore(settings.maxCommands());
    }

    static CommandServer open(
            CommandProcessor processor, ExecServer.Settings settings, String token)
            throws IOException {
        var socket = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(LOOPBACK));
        var server = new CommandServer(processor, settings, token, socket);
        var acceptor = new Thread(server::accept, "orion-shell-accept");
        acceptor.setDaemon(true);
        acceptor.start();
        return server;
    }

    /** {@code 127.0.0.1:PORT}. */
    String address() {
        return socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    @Override
    public void close() {
        closeQuietly(socket);
        clients.forEach(CommandServer::closeQuietly); // before a command that is cut off can answer
        workers.shutdownNow();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                serve(socket.accept());
            } catch (IOException failed) {
                if (!socket.isClosed()) {
                    LOG.atError()
                            .addKeyValue("reason", failed.toString())
                            .log("Shell commands no longer accepted");
                    closeQuietly(socket);
                }
            }
        }
    }

    private void serve(Socket client) {
        if (!free.tryAcquire()) {
            LOG.atDebug()
                    .addKeyValue("limit", settings.maxCommands())
                    .log("Shell client refused: too many");
            closeQuietly(client);
            return;
        }
        clients.add(client);
        if (socket.isClosed()) {
            closeQuietly(client); // it came while the others were being closed
        }
        try {
            workers.execute(() -> talk(client));
        } catch (RejectedExecutionException closing) {
            closeQuietly(client);
            clients.remove(client);
        }
    }

    private void talk(Socket client) {
        try (client) {
            new CommandClient(processor, settings, token, client, workers).talk();
        } catch (IOException | RejectedExecutionException | IllegalStateException gone) {
            // the client left, or this server or Gogo is stopping
            LOG.atDebug().addKeyValue("reason", gone.toString()).log("Shell client closed");
        } finally {
            clients.remove(client);
            free.release();
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception alreadyBroken) {
            LOG.atTrace().addKeyValue("reason", alreadyBroken.toString()).log("Close failed");
        }
    }

    /** Daemons: a command that hangs does not keep the JVM. */
    private static final class Workers implements ThreadFactory {

        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            var thread = new Thread(task, "orion-shell-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }
    }
}

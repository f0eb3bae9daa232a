// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionEvent.Connected;
import dev.orion.net.ConnectionEvent.Data;
import dev.orion.net.ConnectionEvent.Direction;
import dev.orion.net.ConnectionEvent.Disconnected;
import dev.orion.net.ConnectionEvent.Failed;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.ConnectionListener;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Hands what happens to connections to those who want to know.
 *
 * <p>Where nobody does it costs one volatile read.
 *
 * <p><b>Threads:</b> any; nothing blocks. Listeners run on threads of this class, of which there
 * are never more than listeners that are being told something.
 */
final class ConnectionEvents implements AutoCloseable {

    private static final int MAX_TEXT = 200;
    private static final long KEEP_THREAD_SECONDS = 5;

    private final AtomicInteger threads = new AtomicInteger();
    private final ExecutorService executor =
            new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    KEEP_THREAD_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    this::thread);

    /** Guards that the field below it is changed by one thread at a time. */
    private final Object lock = new Object();

    /** Replaced as a whole when a listener comes or goes; read once for each event. */
    private volatile Audience audience = Audience.NOBODY;

    void add(ConnectionListener listener, boolean wantsData) {
        var added = new Mailbox(listener, wantsData, executor);
        synchronized (lock) {
            audience =
                    Audience.of(Stream.concat(audience.all().stream(), Stream.of(added)).toList());
        }
    }

    void remove(ConnectionListener listener) {
        List<Mailbox> gone;
        synchronized (lock) {
            Predicate<Mailbox> leaves = mailbox -> mailbox.isOf(listener);
            gone = audience.all().stream().filter(leaves).toList();
            audience = Audience.of(audience.all().stream().filter(leaves.negate()).toList());
        }
        gone.forEach(Mailbox::close);
    }

    /** Whether somebody wants to know of bytes. */
    boolean wantsData() {
        return !audience.ofData().isEmpty();
    }

    void connected(LiveConnection connection) {
        List<Mailbox> all = audience.all();
        if (!all.isEmpty()) {
            put(new Connected(now(), connection.info()), all);
        }
    }

    void disconnected(LiveConnection connection, CloseReason reason) {
        List<Mailbox> all = audience.all();
        if (!all.isEmpty()) {
            put(new Disconnected(now(), connection.info(), reason), all);
        }
    }

    void failed(LiveConnection connection, Throwable cause) {
        List<Mailbox> all = audience.all();
        if (!all.isEmpty()) {
            put(new Failed(now(), connection.info(), text(cause)), all);
        }
    }

    void data(ConnectionInfo connection, Direction direction, long bytes) {
        List<Mailbox> some = audience.ofData();
        if (!some.isEmpty()) {
            put(new Data(now(), connection, direction, bytes), some);
        }
    }

    /** Forgets every listener, and ends the threads. */
    @Override
    public void close() {
        List<Mailbox> gone;
        synchronized (lock) {
            gone = audience.all();
            audience = Audience.NOBODY;
        }
        gone.forEach(Mailbox::close);
        executor.shutdownNow();
    }

    private static void put(ConnectionEvent event, List<Mailbox> mailboxes) {
        for (Mailbox mailbox : mailboxes) {
            mailbox.put(event);
        }
    }

    /** To the millisecond, as everywhere else that programs read. */
    static Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    private static String text(Throwable cause) {
        String text = String.valueOf(cause);
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }

    private Thread thread(Runnable task) {
        var thread = new Thread(task, "orion-events-" + threads.getAndIncrement());
        thread.setDaemon(true);
        return thread;
    }

    /**
     * The listeners at one moment.
     *
     * @param ofData those of them that want to know of bytes too
     */
    private record Audience(List<Mailbox> all, List<Mailbox> ofData) {

        static final Audience NOBODY = new Audience(List.of(), List.of());

        static Audience of(List<Mailbox> all) {
            return new Audience(all, all.stream().filter(Mailbox::wantsData).toList());
        }
    }
}

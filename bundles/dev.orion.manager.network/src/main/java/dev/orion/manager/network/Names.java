// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks up the addresses of names as the system does, on threads that may wait for the answer; they
 * are there only while they have something to do.
 *
 * <p>What does not fit in the queue fails at once. The JDK remembers answers for a while.
 */
final class Names implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int MAX_WAITING = 1024;
    private static final long IDLE_SECONDS = 5;

    private final Lookup lookup;
    private final ThreadPoolExecutor lookups;

    Names(Lookup lookup) {
        this.lookup = lookup;
        var number = new AtomicInteger();
        lookups =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(MAX_WAITING),
                        task -> {
                            var thread =
                                    new Thread(task, "orion-names-" + number.getAndIncrement());
                            thread.setDaemon(true); // a look-up cannot be interrupted
                            return thread;
                        });
        lookups.allowCoreThreadTimeOut(true);
    }

    /** Asks for the addresses of a name; blocks. */
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** The addresses of a host, in the order in which they are to be tried. */
    Future<List<InetAddress>> addresses(String host, EventLoop loop) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
        if (literal != null) {
            return loop.newSucceededFuture(List.of(literal));
        }
        Promise<List<InetAddress>> found = loop.newPromise();
        try {
            lookups.execute(() -> lookUp(host, found));
        } catch (RejectedExecutionException full) {
            found.setFailure(full);
        }
        return found;
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }

    private void lookUp(String host, Promise<List<InetAddress>> found) {
        try {
            found.setSuccess(List.of(lookup.addresses(host)));
        } catch (UnknownHostException unknown) {
            found.setFailure(unknown);
        }
    }
}

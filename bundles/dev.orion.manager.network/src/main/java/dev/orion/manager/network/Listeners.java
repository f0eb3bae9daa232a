// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.Endpoint;
import dev.orion.net.ListenerInfo;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The listeners by name: opens, moves and closes their sockets.
 *
 * <p>An address that another listener of ours is about to leave is waited for, and so is one that
 * it has just left, for a bounded moment.
 *
 * <p><b>Threads:</b> any; nothing blocks.
 */
final class Listeners {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RETRY_MILLIS = 20;

    private final EventLoops loops;
    private final Settings settings;
    private final Connections connections;
    private final Reception reception;
    private final SharedTls sharedTls;

    private final Map<String, Listener> byName = new ConcurrentHashMap<>();
    private final Map<String, Traffic> traffic = new ConcurrentHashMap<>();
    private final DatagramSockets datagrams;
    private final Addresses addresses = new Addresses();
    private final Addresses datagramAddresses = new Addresses();
    private final Settling settling = new Settling(this::infos);
    private volatile boolean draining;

    Listeners(
            EventLoops loops,
            Settings settings,
            Connections connections,
            Reception reception,
            SharedTls sharedTls) {
        this.loops = loops;
        this.settings = settings;
        this.connections = connections;
        this.reception = reception;
        this.sharedTls = sharedTls;
        this.datagrams = new DatagramSockets(loops, settings, connections, reception);
    }

    /** Begins to listen; how that went shows in the listener's state. */
    Listener open(ListenerSettings configured) {
        Listener listener = listener(configured);
        byName.put(configured.name(), listener);
        Optional<String> refusal = refusal(configured.endpoint());
        if (refusal.isPresent()) {
            fail(listener, refusal.get());
            return listener;
        }
        if (listener.tls().isEmpty()) {
            claim(listener);
            return listener;
        }
        listener.tls()
                .get()
                .prepare()
                .whenComplete(
                        (ready, failed) -> {
                            if (failed == null) {
                                claim(listener);
                            } else {
                                fail(listener, "cannot speak TLS: " + reason(failed));
                            }
                        });
        return listener;
    }

    /** Makes a listener what it is configured to be now; its connections notice nothing. */
    Listener change(Listener listener, ListenerSettings configured) {
        if (listener.settings().listensLike(configured) && !isFailed(listener)) {
            listener.settings(configured);
            return listener;
        }
        close(listener);
        return open(configured);
    }

    /** Closes the listening socket; completes when its address is free again. */
    CompletableFuture<Void> close(Listener listener) {
        byName.remove(listener.name(), listener);
        return listener.close();
    }

    /** Closes every listening socket; no other one is opened after that. */
    CompletableFuture<Void> drain() {
        draining = true;
        return CompletableFuture.allOf(
                List.copyOf(byName.values()).stream()
                        .map(this::close)
                        .toArray(CompletableFuture[]::new));
    }

    /** Tries to have everybody served who waits. */
    void wake() {
        datagrams.wake();
        for (Traffic one : traffic.values()) {
            one.room()
                    .waiting()
                    .forEach(
                            waiting ->
                                    Connections.onLoop(waiting, () -> reception.tryAgain(waiting)));
        }
    }

    List<ListenerInfo> infos() {
        return byName.values().stream()
                .map(Listener::info)
                .sorted(Comparator.comparing(ListenerInfo::name))
                .toList();
    }

    CompletableFuture<List<ListenerInfo>> settled(Set<String> names) {
        return settling.settled(names);
    }

    /** Fails who waits for listeners to settle. */
    void stopSettling() {
        settling.close();
    }

    /**
     * Whether the address is, or was a moment ago, held by one of ours.
     *
     * @param forDatagrams whether it is about datagrams, which have ports of their own
     */
    boolean isOurs(InetSocketAddress address, boolean forDatagrams) {
        return (forDatagrams ? datagramAddresses : addresses).isOurs(address);
    }

    private Addresses addresses(Listener listener) {
        return listener.isForDatagrams() ? datagramAddresses : addresses;
    }

    private Listener listener(ListenerSettings configured) {
        return new Listener(
                configured,
                traffic(configured),
                connections,
                reception,
                configured.tls().map(tls -> sharedTls.tls(configured.name(), tls)),
                settings.handshakeTimeout());
    }

    private Traffic traffic(ListenerSettings configured) {
        return traffic.computeIfAbsent(
                configured.name(),
                name ->
                        new Traffic(
                                new AtomicInteger(),
                                new WaitingRoom(
                                        settings.maxWaiting(),
                                        settings.maxWait(),
                                        Reception::dismiss),
                                new PerAddress(),
                                new Defences()));
    }

    private Optional<String> refusal(Endpoint endpoint) {
        if (draining) {
            return Optional.of("is not opened: the process is about to end");
        }
        return endpoint.isLoopback() ? Optional.empty() : Optional.of(ListenersCheck.NOT_LOOPBACK);
    }

    private void claim(Listener listener) {
        Endpoint endpoint = listener.endpoint();
        var address = new InetSocketAddress(endpoint.host(), endpoint.port());
        claim(listener, address, System.nanoTime() + PATIENCE_NANOS);
    }

    private void claim(Listener listener, InetSocketAddress address, long deadline) {
        if (address.getPort() == 0) {
            if (listener.beginBinding()) {
                bind(listener, address, deadline);
            }
            return;
        }
        Optional<Listener> holder = addresses(listener).claim(address, listener);
        if (holder.isPresent()) {
            waitFor(holder.get(), listener, address, deadline);
            return;
        }
        if (listener.beginBinding()) {
            bind(listener, address, deadline);
            return;
        }
        release(listener, address, false);
    }

    private void waitFor(
            Listener holder, Listener listener, InetSocketAddress address, long deadline) {
        long left = Math.max(0, deadline - System.nanoTime());
        holder.released()
                .copy()
                .orTimeout(left, TimeUnit.NANOSECONDS)
                .whenComplete(
                        (free, late) -> {
                            if (late == null) {
                                claim(listener, address, deadline);
                            } else {
                                fail(listener, "is in use by listener " + holder.name());
                            }
                        });
    }

    private void bind(Listener listener, InetSocketAddress address, long deadline) {
        boolean wasOurs = addresses(listener).wasOursJustNow(address);
        ChannelFuture attempt =
                listener.isForDatagrams()
                        ? datagrams.bind(listener, address)
                        : bootstrap(listener).bind(address);
        attempt.addListener(
                done -> {
                    if (done.isSuccess()) {
                        bound(listener, address, attempt);
                    } else if (wasOurs
                            && BindFailure.of(done.cause()) == BindFailure.IN_USE
                            && System.nanoTime() < deadline) {
                        retry(listener, address, deadline);
                    } else {
                        release(listener, address, false);
                        fail(listener, BindFailure.reason(done.cause()));
                    }
                });
    }

    private void bound(Listener listener, InetSocketAddress address, ChannelFuture attempt) {
        DatagramSockets.closed(attempt.channel())
                .addListener(
                        closed -> {
                            release(listener, address, true);
                            fail(listener, "has lost its socket"); // unless it was closed
                        });
        if (listener.bound(attempt.channel())) {
            datagrams.wake();
        }
        settling.changed();
    }

    private void retry(Listener listener, InetSocketAddress address, long deadline) {
        if (listener.isClosing()) {
            release(listener, address, false);
            return;
        }
        try {
            loops.next()
                    .schedule(
                            () -> bind(listener, address, deadline),
                            RETRY_MILLIS,
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException loopsHaveEnded) {
            release(listener, address, false);
        }
    }

    private void release(Listener listener, InetSocketAddress address, boolean wasBound) {
        addresses(listener).release(address, listener, wasBound);
        listener.released().complete(null);
    }

    private void fail(Listener listener, String reason) {
        Endpoint endpoint = listener.endpoint();
        listener.failed("listener " + listener.name() + ": " + endpoint.authority() + " " + reason);
        settling.changed();
    }

    private static String reason(Throwable failed) {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        return String.valueOf(cause.getMessage());
    }

    private static boolean isFailed(Listener listener) {
        return listener.info().state() == ListenerInfo.State.FAILED;
    }

    private ServerBootstrap bootstrap(Listener listener) {
        return new ServerBootstrap()
                .group(loops.group())
                .channelFactory(loops.transport()::newServerChannel)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, listener.settings().backlog())
                .handler(new AcceptFailures(listener.name()))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, settings.waterMarks())
                .childHandler(new AcceptedChannels(listener));
    }
}

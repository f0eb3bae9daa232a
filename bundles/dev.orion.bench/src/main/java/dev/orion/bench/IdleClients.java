// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** How much a server's process grows for each client that only listens. */
final class IdleClients {

    private static final int CLIENTS = 10_000;
    private static final int WARM_UP_CLIENTS = 500;
    private static final int OTHER_FILES = 300; // jars, libraries, selectors of a JVM
    private static final int MOST_LOOKS = 20;
    private static final long LOOK_MILLIS = 150;
    private static final long STEADY_BYTES = 256 * 1024;

    private final Loader loader;
    private final Wire wire;
    private final ServerProcess server;

    IdleClients(Loader loader, Wire wire, ServerProcess server) {
        this.loader = loader;
        this.wire = wire;
        this.server = server;
    }

    /** A unit of work is to accept a client and to answer what it says. */
    Sample measure() {
        checkFiles(server.stats());
        checkFiles(new ProcessStats(ProcessHandle.current().pid()));
        try (var clients = open(WARM_UP_CLIENTS)) {
            clients.checkDrained();
        }
        long before = settledBytes();
        long cpu = server.stats().cpuNanos();
        try (var clients = open(CLIENTS)) {
            double spent = server.stats().cpuNanos() - cpu;
            double grown = settledBytes() - before;
            if (clients.lost().isDone()) {
                throw new BenchException("idle clients lost their connections");
            }
            return new Sample(spent / 1e3 / CLIENTS, grown / 1024 / CLIENTS);
        }
    }

    private Clients open(int count) {
        var clients = new Clients(loader, wire, server.port());
        List<Supplier<CompletableFuture<Channel>>> openings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            openings.add(clients.subscriber(i % Loader.LOOPS, "bench/idle/" + i, messages -> {}));
        }
        clients.open(openings);
        return clients;
    }

    /** What is resident after a collection, once it has stopped to shrink. */
    private long settledBytes() {
        server.collectGarbage();
        server.collectGarbage();
        long last = Long.MAX_VALUE;
        long now = server.stats().residentBytes();
        for (int looks = 0; last - now > STEADY_BYTES && looks < MOST_LOOKS; looks++) {
            last = now;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            now = server.stats().residentBytes();
        }
        return now;
    }

    private static void checkFiles(ProcessStats process) {
        long most = process.maxOpenFiles();
        if (most < CLIENTS + OTHER_FILES) {
            throw new BenchException(
                    "a process may have only "
                            + most
                            + " files open: raise it (ulimit -Hn, then ulimit -n) to "
                            + (CLIENTS + OTHER_FILES));
        }
    }
}

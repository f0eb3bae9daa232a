// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import dev.orion.bench.Contender.Loops;
import dev.orion.bench.Rows.OfWork;
import dev.orion.bench.Wire.Endpoint;
import io.netty.handler.ssl.SslProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Two servers that speak the same, measured in turns. */
final class Match {

    private static final List<String> JDK_TLS =
            List.of("--set", "dev.orion.manager.network:tlsProvider=jdk");
    private static final int STARTS = 4;
    private static final int IDLE_ROUNDS = 2;

    private final Options options;
    private final Endpoint endpoint;
    private final BackEnds backEnds;
    private final Contender first;
    private final Contender second;
    private final Table table;

    Match(Options options, Endpoint endpoint, Jvm jvm, BackEnds backEnds) {
        this.options = options;
        this.endpoint = endpoint;
        this.backEnds = backEnds;
        List<String> names = options.servers(endpoint);
        first = contender(names.get(0), options, jvm, backEnds);
        second = contender(names.get(1), options, jvm, backEnds);
        table = new Table(first.name(), second.name());
    }

    /** What was measured, as text; empty when nothing was. */
    String table() {
        return table.text();
    }

    void starts() {
        measure(
                Rows.START,
                () -> {
                    start(first).close(); // builds, unpacks, makes the archive
                    start(first).close();
                    return Comparison.inTurns(STARTS, () -> startUp(first), () -> startUp(second));
                });
    }

    void idle(Row row, Loader loader, Wire wire) {
        measure(
                row,
                () ->
                        Comparison.inTurns(
                                IDLE_ROUNDS,
                                () -> idle(loader, wire, first),
                                () -> idle(loader, wire, second)));
    }

    void work(Loader loader, Loops loops) {
        List<OfWork> rows =
                Rows.ofWork(backEnds.connections()).stream()
                        .filter(row -> row.loops() == loops && row.endpoint() == endpoint)
                        .filter(row -> options.wants(row.row().key()))
                        .toList();
        Map<OfWork, List<Comparison>> measured = new LinkedHashMap<>();
        rows.forEach(row -> measured.put(row, new ArrayList<>()));
        for (int i = 0; i < options.starts() && !measured.isEmpty(); i++) {
            workOnce(loader, loops, measured);
        }
        measured.forEach((row, parts) -> table.add(row.row(), Comparison.joined(parts)));
    }

    /** Adds what new processes give; what fails is taken out. */
    private void workOnce(Loader loader, Loops loops, Map<OfWork, List<Comparison>> measured) {
        try (ServerProcess one = first.start(loops, endpoint);
                ServerProcess other = second.start(loops, endpoint)) {
            print(loops + " loops: " + one.describe() + " | " + other.describe());
            for (OfWork row : List.copyOf(measured.keySet())) {
                print("measuring " + row.row().key() + ": " + row.row().title());
                try {
                    measured.get(row).add(work(loader, row, one, other));
                } catch (BenchException failed) {
                    table.failed(row.row(), failed.getMessage());
                    measured.remove(row);
                }
            }
        } catch (BenchException failed) {
            measured.keySet().forEach(row -> table.failed(row.row(), failed.getMessage()));
            measured.clear();
        }
    }

    private Contender contender(String name, Options options, Jvm jvm, BackEnds backEnds) {
        return switch (name) {
            case "orion" ->
                    new OrionContender(name, options.orion(), List.of(), options, jvm, backEnds);
            case "orion-jdk" ->
                    new OrionContender(name, options.orion(), JDK_TLS, options, jvm, backEnds);
            case "other" ->
                    new OrionContender(name, options.other(), List.of(), options, jvm, backEnds);
            case "bare" -> new BareContender(name, SslProvider.OPENSSL, options, jvm, backEnds);
            case "bare-jdk" -> new BareContender(name, SslProvider.JDK, options, jvm, backEnds);
            default -> {
                if (DebianContender.knows(name)) {
                    yield new DebianContender(name, options, backEnds);
                }
                throw new IllegalArgumentException(
                        name
                                + " is not a server (expected: orion, orion-jdk, other, bare,"
                                + " bare-jdk, nginx, haproxy or mosquitto)");
            }
        };
    }

    private ServerProcess start(Contender contender) {
        return contender.start(Loops.DEFAULT, endpoint);
    }

    private Sample startUp(Contender contender) {
        try (ServerProcess server = start(contender)) {
            return new Sample(server.stats().cpuNanos() / 1e3, server.readyMillis());
        }
    }

    private Sample idle(Loader loader, Wire wire, Contender contender) {
        try (ServerProcess server = start(contender)) {
            return new IdleClients(loader, wire, server).measure();
        }
    }

    private Comparison work(Loader loader, OfWork row, ServerProcess one, ServerProcess other) {
        try (Work ofOne = row.work().apply(loader);
                Work ofOther = row.work().apply(loader)) {
            ofOne.open(one.port());
            ofOther.open(other.port());
            Measurement.warmUp(ofOne, one);
            Measurement.warmUp(ofOther, other);
            return Comparison.inTurns(
                    options.rounds(),
                    () -> Measurement.of(ofOne, one, options.seconds()),
                    () -> Measurement.of(ofOther, other, options.seconds()));
        }
    }

    private void measure(Row row, Supplier<Comparison> measurement) {
        if (!options.wants(row.key())) {
            return;
        }
        print("measuring " + row.key() + ": " + row.title());
        try {
            table.add(row, measurement.get());
        } catch (BenchException failed) {
            table.failed(row, failed.getMessage());
        }
    }

    @SuppressWarnings("SystemOut") // the console is this program's only output
    static void print(String line) {
        System.out.println(line);
    }
}

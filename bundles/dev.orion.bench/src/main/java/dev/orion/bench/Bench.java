// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import dev.orion.bench.Contender.Loops;
import dev.orion.bench.Rows.OfWork;
import java.util.List;
import java.util.function.Supplier;

/** Measures two servers in turns and prints a table. */
final class Bench {

    private static final int STARTS = 4;
    private static final int IDLE_ROUNDS = 2;

    private final Options options;
    private final Jvm jvm = new Jvm();
    private final Contender first;
    private final Contender second;
    private final Table table;

    private Bench(Options options) {
        this.options = options;
        first = contender(options.servers().get(0));
        second = contender(options.servers().get(1));
        table = new Table(first.name(), second.name());
    }

    /** Takes its options from the system properties {@code bench.…}. */
    public static void main(String[] args) {
        var bench = new Bench(Options.read());
        long begun = System.nanoTime();
        try (var loader = new Loader()) {
            bench.starts();
            bench.work(loader, Loops.DEFAULT);
            bench.work(loader, Loops.ONE);
            bench.idle(loader);
        }
        print("");
        print(bench.table.text());
        print("took " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
    }

    private Contender contender(String name) {
        return switch (name) {
            case "orion" -> new OrionContender(options, jvm);
            case "bare" -> new BareContender(options, jvm);
            default ->
                    throw new IllegalArgumentException(
                            "bench.servers: " + name + " (expected: orion or bare)");
        };
    }

    private void starts() {
        measure(
                Rows.START,
                () -> {
                    start(first).close(); // builds, unpacks, makes the archive
                    start(first).close();
                    return Comparison.inTurns(STARTS, () -> startUp(first), () -> startUp(second));
                });
    }

    private static ServerProcess start(Contender contender) {
        return contender.start(Loops.DEFAULT);
    }

    private static Sample startUp(Contender contender) {
        try (ServerProcess server = start(contender)) {
            return new Sample(server.stats().cpuNanos() / 1e3, server.readyMillis());
        }
    }

    private void idle(Loader loader) {
        measure(
                Rows.IDLE,
                () ->
                        Comparison.inTurns(
                                IDLE_ROUNDS,
                                () -> idle(loader, first),
                                () -> idle(loader, second)));
    }

    private static Sample idle(Loader loader, Contender contender) {
        try (ServerProcess server = start(contender)) {
            return new IdleClients(loader, server).measure();
        }
    }

    private void work(Loader loader, Loops loops) {
        List<OfWork> rows =
                Rows.ofWork().stream()
                        .filter(row -> row.loops() == loops && options.wants(row.row().key()))
                        .toList();
        if (rows.isEmpty()) {
            return;
        }
        try (ServerProcess one = first.start(loops);
                ServerProcess other = second.start(loops)) {
            print(loops + " loops: " + describe(one) + " | " + describe(other));
            rows.forEach(row -> measure(row.row(), () -> work(loader, row, one, other)));
        } catch (BenchException failed) {
            rows.forEach(row -> table.failed(row.row(), failed.getMessage()));
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

    private static String describe(ServerProcess server) {
        return server.stats().transport() + " " + server.java();
    }

    @SuppressWarnings("SystemOut") // the console is this program's only output
    private static void print(String line) {
        System.out.println(line);
    }
}

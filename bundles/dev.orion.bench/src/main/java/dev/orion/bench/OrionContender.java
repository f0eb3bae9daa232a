// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Orion as users start it, with a home of its own that is kept between starts. */
final class OrionContender implements Contender {

    private static final String NETWORK = "dev.orion.manager.network:";
    private static final int WEB_PORT = 8080;
    private static final int MQTT_PORT = 1883;
    private static final int HTTPS_PORT = 8443;
    private static final int MQTTS_PORT = 8883;
    private static final int GRPC_PORT = 9090;
    private static final int EDGE_PORT = 7300;
    private static final int[] PORTS = {
        WEB_PORT, HTTPS_PORT, MQTT_PORT, MQTTS_PORT, GRPC_PORT, 7000, 7001, 9080, EDGE_PORT
    };
    private static final int FIRST_OFFSET = 11_000;
    private static final int LAST_OFFSET = 20_000; // below the ports that the system gives away
    private static final int STEP = 100;

    private final String name;
    private final Path script;
    private final List<String> more;
    private final Options options;
    private final Jvm jvm;
    private final BackEnds backEnds;

    /**
     * @param more options of its own
     * @param name also that of its home
     * @param jvm learns what it was started with
     * @param backEnds the port that gRPC calls are passed on to
     */
    OrionContender(
            String name,
            Path script,
            List<String> more,
            Options options,
            Jvm jvm,
            BackEnds backEnds) {
        this.name = name;
        this.script = script;
        this.more = List.copyOf(more);
        this.options = options;
        this.jvm = jvm;
        this.backEnds = backEnds;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
        if (!Files.isExecutable(script)) {
            throw new BenchException(script + " is not there (choose it by -Dbench." + name + ")");
        }
        int offset = freeOffset();
        int port = port(endpoint);
        List<String> command = new ArrayList<>();
        command.add(script.toString());
        command.addAll(List.of("run", "--home", freshHome().toString()));
        command.addAll(List.of("--port-offset", Integer.toString(offset), "--no-shell"));
        command.addAll(more);
        if (port == EDGE_PORT) {
            set(command, "dev.orion.listener~bench:uri=tcp://127.0.0.1:" + EDGE_PORT);
            set(command, "dev.orion.listener~benchudp:uri=udp://127.0.0.1:" + EDGE_PORT);
            set(command, "dev.orion.route~bench:match=tcp::" + EDGE_PORT);
            set(
                    command,
                    "dev.orion.route~bench:to=tcp://127.0.0.1:" + backEnds.connections().port());
        }
        if (endpoint == Wire.Endpoint.GRPC) {
            set(command, "dev.orion.route~bench:match=grpc:/bench.Echo/*");
            int back = backEnds.calls().getAsInt();
            set(command, "dev.orion.route~bench:to=grpc://127.0.0.1:" + back);
        }
        if (loops == Loops.ONE) {
            command.addAll(List.of("--set", NETWORK + "eventLoops=1"));
        }
        options.transport()
                .ifPresent(name -> command.addAll(List.of("--set", NETWORK + "transport=" + name)));
        var errors = options.work().resolve("bench-" + name + ".log");
        ServerProcess server = ServerProcess.start(command, port + offset, errors);
        jvm.learn(server);
        return server;
    }

    /** A home whose configuration is this version's, which the start writes. */
    private Path freshHome() {
        Path home = options.work().resolve("bench-home-" + name);
        try {
            Files.deleteIfExists(home.resolve("conf/orion.json"));
        } catch (IOException denied) {
            throw new UncheckedIOException(denied);
        }
        return home;
    }

    private static int port(Wire.Endpoint endpoint) {
        return switch (endpoint) {
            case WEB, HTTP1, HTTP2 -> WEB_PORT;
            case MQTT -> MQTT_PORT;
            case HTTPS -> HTTPS_PORT;
            case MQTTS -> MQTTS_PORT;
            case THROUGH, DATAGRAMS -> EDGE_PORT;
            case GRPC -> GRPC_PORT;
        };
    }

    private static void set(List<String> command, String key) {
        command.addAll(List.of("--set", key));
    }

    private static int freeOffset() {
        return IntStream.iterate(FIRST_OFFSET, offset -> offset < LAST_OFFSET, o -> o + STEP)
                .filter(offset -> IntStream.of(PORTS).allMatch(port -> isFree(port + offset)))
                .findFirst()
                .orElseThrow(() -> new BenchException("no free ports"));
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}

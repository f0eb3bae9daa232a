// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the user has chosen.
 *
 * @param rows the beginnings of the keys of the rows to measure; {@code all} for every one
 * @param seconds how long one measurement of one server takes
 * @param rounds how often each server is measured in a row
 * @param servers what to compare; the last one is what the first is compared with
 * @param mqttServers the same for the rows of MQTT
 * @param tlsServers the same for the rows of TLS
 * @param throughServers the same for the rows of connections that are passed through
 * @param grpcServers the same for the rows of gRPC
 * @param transport what servers are told to use; empty when they choose
 * @param orion the start script
 * @param other the start script of another Orion, to compare with
 * @param work a folder for the home, the logs and nothing else
 */
record Options(
        List<String> rows,
        double seconds,
        int rounds,
        List<String> servers,
        List<String> mqttServers,
        List<String> tlsServers,
        List<String> throughServers,
        List<String> grpcServers,
        Optional<Transport> transport,
        Path orion,
        Path other,
        Path work) {

    Options {
        if (!(seconds > 0 && seconds <= 60)) {
            throw new IllegalArgumentException("bench.seconds: " + seconds + " (expected: 0–60)");
        }
        if (rounds < 1 || rounds > 20) {
            throw new IllegalArgumentException("bench.rounds: " + rounds + " (expected: 1–20)");
        }
        checkServers("bench.servers", servers);
        checkServers("bench.mqttServers", mqttServers);
        checkServers("bench.tlsServers", tlsServers);
        checkServers("bench.throughServers", throughServers);
        checkServers("bench.grpcServers", grpcServers);
    }

    /** From the system properties {@code bench.…}. */
    static Options read() {
        String transport = System.getProperty("bench.transport", "auto");
        return new Options(
                List.of(System.getProperty("bench.rows", "all").split(",")),
                Double.parseDouble(System.getProperty("bench.seconds", "1")),
                Integer.getInteger("bench.rounds", 5),
                List.of(System.getProperty("bench.servers", "orion,bare").split(",")),
                List.of(System.getProperty("bench.mqttServers", "orion,mosquitto").split(",")),
                List.of(System.getProperty("bench.tlsServers", "orion,bare").split(",")),
                List.of(System.getProperty("bench.throughServers", "orion,bare").split(",")),
                List.of(System.getProperty("bench.grpcServers", "orion,nginx").split(",")),
                "auto".equals(transport)
                        ? Optional.empty()
                        : Optional.of(Transport.named(transport)),
                Path.of(System.getProperty("bench.orion", "orion")),
                Path.of(System.getProperty("bench.other", "orion")),
                Path.of(System.getProperty("bench.work", "target")));
    }

    List<String> servers(Wire.Endpoint endpoint) {
        return switch (endpoint) {
            case MQTT -> mqttServers;
            case HTTPS, MQTTS -> tlsServers;
            case THROUGH -> throughServers;
            case GRPC -> grpcServers;
            case WEB, DATAGRAMS -> servers;
        };
    }

    boolean wants(String row) {
        return rows.stream().anyMatch(wanted -> "all".equals(wanted) || row.startsWith(wanted));
    }

    private static void checkServers(String property, List<String> servers) {
        if (servers.size() != 2) {
            throw new IllegalArgumentException(property + ": " + servers + " (expected: two)");
        }
    }
}

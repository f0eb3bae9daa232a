// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.util.stream.Collectors.toMap;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the user has chosen.
 *
 * @param rows the beginnings of the keys of the rows to measure; {@code all} for every one
 * @param seconds how long one measurement of one server takes
 * @param starts how many processes of each server do a row of work, one pair after the other
 * @param rounds how often each process is measured in a row
 * @param servers what to compare, two for each kind of rows; the last one is what the first is
 *     compared with
 * @param transport what servers are told to use; empty when they choose
 * @param orion the start script
 * @param other the start script of another Orion, to compare with
 * @param work a folder for the home, the logs and nothing else
 */
record Options(
        List<String> rows,
        double seconds,
        int starts,
        int rounds,
        Map<Kind, List<String>> servers,
        Optional<Transport> transport,
        Path orion,
        Path other,
        Path work) {

    /** Rows whose servers are chosen together. */
    enum Kind {
        PLAIN("servers", "orion,bare"),
        MQTT("mqttServers", "orion,mosquitto"),
        HTTP("httpServers", "orion,bare"),
        TLS("tlsServers", "orion,bare"),
        TLS_IDLE("tlsIdleServers", "orion,mosquitto"),
        THROUGH("throughServers", "orion,bare"),
        GRPC("grpcServers", "orion,nginx");

        private final String key;
        private final String usual;

        Kind(String key, String usual) {
            this.key = key;
            this.usual = usual;
        }
    }

    Options {
        if (!(seconds > 0 && seconds <= 60)) {
            throw new IllegalArgumentException("bench.seconds: " + seconds + " (expected: 0–60)");
        }
        check("starts", starts);
        check("rounds", rounds);
        servers = Map.copyOf(servers);
        servers.forEach(
                (kind, two) -> {
                    if (two.size() != 2) {
                        throw new IllegalArgumentException(
                                "bench." + kind.key + ": " + two + " (expected: two)");
                    }
                });
    }

    /** From the system properties {@code bench.…}. */
    static Options read() {
        String transport = text("transport", "auto");
        return new Options(
                List.of(text("rows", "all").split(",")),
                Double.parseDouble(text("seconds", "1")),
                Integer.getInteger("bench.starts", 1),
                Integer.getInteger("bench.rounds", 5),
                Stream.of(Kind.values())
                        .collect(toMap(kind -> kind, kind -> chosen(text(kind.key, kind.usual)))),
                "auto".equals(transport)
                        ? Optional.empty()
                        : Optional.of(Transport.named(transport)),
                Path.of(text("orion", "orion")),
                Path.of(text("other", "orion")),
                Path.of(text("work", "target")));
    }

    List<String> servers(Wire.Endpoint endpoint) {
        return servers.get(
                switch (endpoint) {
                    case MQTT -> Kind.MQTT;
                    case HTTP1, HTTP2 -> Kind.HTTP;
                    case HTTPS -> Kind.TLS;
                    case MQTTS -> Kind.TLS_IDLE;
                    case THROUGH -> Kind.THROUGH;
                    case GRPC -> Kind.GRPC;
                    case WEB, DATAGRAMS -> Kind.PLAIN;
                });
    }

    boolean wants(String row) {
        return rows.stream().anyMatch(wanted -> "all".equals(wanted) || row.startsWith(wanted));
    }

    private static void check(String key, int times) {
        if (times < 1 || times > 20) {
            throw new IllegalArgumentException("bench." + key + ": " + times + " (expected: 1–20)");
        }
    }

    private static String text(String key, String usual) {
        return System.getProperty("bench." + key, usual);
    }

    private static List<String> chosen(String names) {
        return List.of(names.split(","));
    }
}

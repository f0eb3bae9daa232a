// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import dev.orion.bench.Contender.Loops;
import dev.orion.bench.Wire.Endpoint;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** All rows, in the order of the table. */
final class Rows {

    static final Row START =
            Row.figure(
                    "start", "start to ready", "start", "%.0f ms", Goal.figures("< 1000 ms", 1e3));

    static final Row IDLE =
            Row.figure(
                    "idle",
                    "10,000 idle clients, a channel each",
                    "client",
                    "%.2f KB each",
                    Goal.figures("≤ 8 KB", 8));

    static final Row MQTT_IDLE =
            Row.figure(
                    "mqtt-idle",
                    "10,000 idle clients, a topic each",
                    "client",
                    "%.2f KB each",
                    Goal.figures("≤ 6 KB", 6));

    static final Row TLS_IDLE =
            Row.figure(
                    "tls-idle",
                    "10,000 idle MQTT clients over TLS",
                    "client",
                    "%.2f KB each",
                    Goal.figures("", Double.MAX_VALUE));

    private static final double FAN_OUT_RATIO = 1.25;
    private static final double PAIRS_RATIO = 1.5;
    private static final double TLS_RATIO = 1.25;

    // Against mosquitto, which gathers nothing.
    private static final double MQTT_FEW_RATIO = 0.25;
    private static final double MQTT_MANY_RATIO = 0.1;
    private static final double MQTT_RATIO = 1;
    private static final int MQTT_PAIRS = 16;
    private static final int MQTT_WINDOW = 16; // below the 20 that mosquitto has in flight

    private static final double ECHO_RATIO = 1.25;
    private static final int ECHO_BYTES = 128;
    private static final int ECHO_LARGE = 16_384;
    private static final int ECHO_CONNECTIONS = 4; // of HTTP/2
    private static final int ECHO_TUNNELS = 32;

    // Against nginx.
    private static final double GRPC_RATIO = 1.5;
    private static final int GRPC_CONNECTIONS = 4;
    private static final int GRPC_WINDOW = 16; // calls at once over each connection
    private static final int GRPC_BYTES = 128;
    private static final int GRPC_LARGE = 16_384;

    private static final int FEW = 50;
    private static final int MANY = 1000;
    private static final int WINDOW_FEW = 512; // messages on their way, 120 KB for each client
    private static final int WINDOW_MANY = 128; // 30 KB for each client, 30 MB together
    private static final int PACE = 10_000;
    private static final int CALLERS = 64;
    private static final int STREAMS = 4;
    private static final int SENSORS = 8;
    private static final int SENSOR_WINDOW = 32;

    private Rows() {}

    /** A row that is measured by giving work to running servers. */
    record OfWork(Row row, Loops loops, Endpoint endpoint, Function<Loader, Work> work) {}

    static List<OfWork> ofWork(BackEnd backEnd) {
        return Stream.of(ofWeb(), ofMqtt(), ofHttp(), ofTls(), ofEdge(backEnd), ofGrpc())
                .flatMap(rows -> rows)
                .toList();
    }

    private static Stream<OfWork> ofEdge(BackEnd backEnd) {
        return Stream.of(
                new OfWork(
                        Row.rate(
                                "through-call",
                                "TCP pass-through: 64 × 128 bytes there and back",
                                "round trip",
                                FAN_OUT_RATIO),
                        Loops.DEFAULT,
                        Endpoint.THROUGH,
                        loader -> new ThroughWork(loader, backEnd, CALLERS, false)),
                new OfWork(
                        Row.rate(
                                "through-bulk",
                                "TCP pass-through: 4 streams one way",
                                "MB",
                                FAN_OUT_RATIO),
                        Loops.DEFAULT,
                        Endpoint.THROUGH,
                        loader -> new ThroughWork(loader, backEnd, STREAMS, true)),
                new OfWork(
                        Row.rate(
                                "udp-in",
                                "UDP: publish commands, 8 × 32 in flight",
                                "datagram",
                                PAIRS_RATIO),
                        Loops.DEFAULT,
                        Endpoint.DATAGRAMS,
                        loader -> new DatagramWork(loader, SENSORS, SENSOR_WINDOW)));
    }

    private static Stream<OfWork> ofWeb() {
        Wire wire = WebSocketWire.SHARED;
        var latency =
                Row.latency(
                        "latency",
                        "publish to deliver, 10,000/s",
                        "message",
                        Goal.figures("< 200, < 1000 µs", 200, 1000));
        var pairs = Row.rate("pairs", "1,000 × 1 → 1, one in flight each", "message", PAIRS_RATIO);
        return Stream.of(
                new OfWork(
                        latency,
                        Loops.DEFAULT,
                        Endpoint.WEB,
                        loader -> new Paced(loader, wire, PACE)),
                fanOut("fan-50", "1 → 50, saturated", Loops.DEFAULT, FEW, WINDOW_FEW),
                fanOut("fan-50-one", "1 → 50, one in flight", Loops.DEFAULT, FEW, 1),
                fanOut("fan-1000", "1 → 1,000, saturated", Loops.DEFAULT, MANY, WINDOW_MANY),
                fanOut("fan-1000-one", "1 → 1,000, one in flight", Loops.DEFAULT, MANY, 1),
                new OfWork(
                        pairs,
                        Loops.DEFAULT,
                        Endpoint.WEB,
                        loader -> new Pairs(loader, wire, MANY, 1)),
                fanOut("loop-50", "one loop: 1 → 50, saturated", Loops.ONE, FEW, WINDOW_FEW),
                fanOut("loop-50-one", "one loop: 1 → 50, one in flight", Loops.ONE, FEW, 1),
                fanOut("loop-1000", "one loop: 1 → 1,000, saturated", Loops.ONE, MANY, WINDOW_MANY),
                fanOut("loop-1000-one", "one loop: 1 → 1,000, one in flight", Loops.ONE, MANY, 1));
    }

    private static OfWork fanOut(
            String key, String title, Loops loops, int subscribers, int window) {
        return new OfWork(
                Row.rate(key, title, "delivery", FAN_OUT_RATIO),
                loops,
                Endpoint.WEB,
                loader -> new FanOut(loader, WebSocketWire.SHARED, subscribers, window));
    }

    private static Stream<OfWork> ofMqtt() {
        return Stream.of(
                mqttFanOut("50", "QoS 0: 1 → 50, saturated", FEW, WINDOW_FEW, MQTT_FEW_RATIO),
                mqttFanOut("50-one", "QoS 0: 1 → 50, one in flight", FEW, 1, MQTT_RATIO),
                mqttFanOut(
                        "1000", "QoS 0: 1 → 1,000, saturated", MANY, WINDOW_MANY, MQTT_MANY_RATIO),
                mqttFanOut("1000-one", "QoS 0: 1 → 1,000, one in flight", MANY, 1, MQTT_RATIO),
                mqttPairs("qos1", "QoS 1: 16 × 1 → 1", MqttWire.AT_LEAST_ONCE),
                mqttPairs("qos2", "QoS 2: 16 × 1 → 1", MqttWire.EXACTLY_ONCE),
                mqtt(
                        Row.rate("mqtt-in", "QoS 0: 1,000 → 1", "message", MQTT_RATIO),
                        loader -> new FanIn(loader, MqttWire.AT_MOST_ONCE, MANY)));
    }

    private static Stream<OfWork> ofHttp() {
        return Stream.of(
                http1("http1-echo", "HTTP/1.1: 64 × 128 bytes, 1 in flight", 64, 1),
                http1("http1-pipelined", "HTTP/1.1: 16 × 128 bytes, 16 in flight", 16, 16),
                http2("http2-echo", "HTTP/2: 4 × 128 bytes, 32 in flight", 32, ECHO_BYTES),
                http2("http2-large", "HTTP/2: 4 × 16 KB, 8 in flight", 8, ECHO_LARGE),
                echo(
                        Endpoint.HTTP1,
                        Row.rate(
                                "websocket-http1",
                                "128 WebSockets, a connection each",
                                "message",
                                ECHO_RATIO),
                        ECHO_CONNECTIONS * ECHO_TUNNELS,
                        (done, lost) -> new Http1WebSocket(1, done, lost)),
                echo(
                        Endpoint.HTTP2,
                        Row.rate(
                                "websocket-http2",
                                "128 WebSockets on 4 connections of HTTP/2",
                                "message",
                                ECHO_RATIO),
                        ECHO_CONNECTIONS,
                        (done, lost) -> new Http2WebSockets(ECHO_TUNNELS, done, lost)));
    }

    private static OfWork http1(String key, String title, int connections, int window) {
        return echo(
                Endpoint.HTTP1,
                Row.rate(key, title, "request", ECHO_RATIO),
                connections,
                (done, lost) -> new Http1Echo(window, ECHO_BYTES, done, lost));
    }

    private static OfWork http2(String key, String title, int window, int bytes) {
        return echo(
                Endpoint.HTTP2,
                Row.rate(key, title, "request", ECHO_RATIO),
                ECHO_CONNECTIONS,
                (done, lost) -> new Http2Echo(window, bytes, done, lost));
    }

    private static OfWork echo(Endpoint endpoint, Row row, int connections, EchoWork.Maker client) {
        return new OfWork(
                row, Loops.DEFAULT, endpoint, loader -> new EchoWork(loader, connections, client));
    }

    private static Stream<OfWork> ofTls() {
        return Stream.of(
                tls(
                        Row.rate("tls-full", "TLS 1.3, full handshakes", "handshake", TLS_RATIO),
                        loader -> new Handshakes(loader, false)),
                tls(
                        Row.rate(
                                "tls-resumed",
                                "TLS 1.2, resumed handshakes",
                                "handshake",
                                TLS_RATIO),
                        loader -> new Handshakes(loader, true)),
                tls(
                        Row.rate("tls-bulk", "TLS 1.3, 64 KB in and out", "piece", TLS_RATIO),
                        TlsBulk::new));
    }

    private static OfWork tls(Row row, Function<Loader, Work> work) {
        return new OfWork(row, Loops.DEFAULT, Endpoint.HTTPS, work);
    }

    private static OfWork mqttFanOut(
            String key, String title, int subscribers, int window, double mostRatio) {
        return mqtt(
                Row.rate("mqtt-" + key, title, "delivery", mostRatio),
                loader -> new FanOut(loader, MqttWire.AT_MOST_ONCE, subscribers, window));
    }

    private static OfWork mqttPairs(String key, String title, Wire wire) {
        return mqtt(
                Row.rate("mqtt-" + key, title + ", 16 in flight each", "message", MQTT_RATIO),
                loader -> new Pairs(loader, wire, MQTT_PAIRS, MQTT_WINDOW));
    }

    private static OfWork mqtt(Row row, Function<Loader, Work> work) {
        return new OfWork(row, Loops.DEFAULT, Endpoint.MQTT, work);
    }

    private static Stream<OfWork> ofGrpc() {
        return Stream.of(
                grpc("unary", "unary calls, 64 at once", "call", GRPC_BYTES, false, Loops.DEFAULT),
                grpc(
                        "stream",
                        "64 streams, 1 in flight",
                        "message",
                        GRPC_BYTES,
                        true,
                        Loops.DEFAULT),
                grpc("large", "64 streams of 16 KB", "message", GRPC_LARGE, true, Loops.DEFAULT),
                grpc("loop-unary", "one loop: unary", "call", GRPC_BYTES, false, Loops.ONE),
                grpc("loop-stream", "one loop: streams", "message", GRPC_BYTES, true, Loops.ONE));
    }

    private static OfWork grpc(
            String key, String title, String unit, int bytes, boolean streams, Loops loops) {
        return new OfWork(
                Row.rate("grpc-" + key, title, unit, GRPC_RATIO),
                loops,
                Endpoint.GRPC,
                loader -> new GrpcCalls(loader, GRPC_CONNECTIONS, GRPC_WINDOW, bytes, streams));
    }
}

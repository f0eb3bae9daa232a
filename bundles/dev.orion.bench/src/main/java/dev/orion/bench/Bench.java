// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import dev.orion.bench.Contender.Loops;
import dev.orion.bench.Wire.Endpoint;
import java.util.List;

/** Measures two servers in turns and prints a table, for each thing that servers speak. */
final class Bench {

    private Bench() {}

    /** Takes its options from the system properties {@code bench.…}. */
    public static void main(String[] args) {
        Options options = Options.read();
        var jvm = new Jvm();
        long begun = System.nanoTime();
        try (var loader = new Loader();
                var backEnd = new BackEnd()) {
            var backEnds = new BackEnds(backEnd, loader::grpcBackEnd);
            var web = new Match(options, Endpoint.WEB, jvm, backEnds);
            var mqtt = new Match(options, Endpoint.MQTT, jvm, backEnds);
            var http1 = new Match(options, Endpoint.HTTP1, jvm, backEnds);
            var http2 = new Match(options, Endpoint.HTTP2, jvm, backEnds);
            var https = new Match(options, Endpoint.HTTPS, jvm, backEnds);
            var mqtts = new Match(options, Endpoint.MQTTS, jvm, backEnds);
            var through = new Match(options, Endpoint.THROUGH, jvm, backEnds);
            var grpc = new Match(options, Endpoint.GRPC, jvm, backEnds);
            var datagrams = new Match(options, Endpoint.DATAGRAMS, jvm, backEnds);
            web.starts();
            web.work(loader, Loops.DEFAULT);
            web.work(loader, Loops.ONE);
            web.idle(Rows.IDLE, loader, WebSocketWire.SHARED);
            mqtt.work(loader, Loops.DEFAULT);
            mqtt.idle(Rows.MQTT_IDLE, loader, MqttWire.AT_MOST_ONCE);
            http1.work(loader, Loops.DEFAULT);
            http2.work(loader, Loops.DEFAULT);
            https.work(loader, Loops.DEFAULT);
            if (options.wants(Rows.TLS_IDLE.key())) {
                mqtts.idle(Rows.TLS_IDLE, loader, new OverTls(MqttWire.AT_MOST_ONCE));
            }
            through.work(loader, Loops.DEFAULT);
            datagrams.work(loader, Loops.DEFAULT);
            grpc.work(loader, Loops.DEFAULT);
            grpc.work(loader, Loops.ONE);
            Match.print("");
            for (Match match :
                    List.of(web, mqtt, http1, http2, https, mqtts, through, datagrams, grpc)) {
                Match.print(match.table());
            }
        }
        Match.print("took " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
    }
}

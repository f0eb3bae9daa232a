// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import dev.orion.bench.Contender.Loops;
import dev.orion.bench.Wire.Endpoint;

/** Measures two servers in turns and prints a table, for each thing that servers speak. */
final class Bench {

    private Bench() {}

    /** Takes its options from the system properties {@code bench.…}. */
    public static void main(String[] args) {
        Options options = Options.read();
        var jvm = new Jvm();
        var web = new Match(options, Endpoint.WEB, jvm);
        var mqtt = new Match(options, Endpoint.MQTT, jvm);
        var https = new Match(options, Endpoint.HTTPS, jvm);
        var mqtts = new Match(options, Endpoint.MQTTS, jvm);
        long begun = System.nanoTime();
        try (var loader = new Loader()) {
            web.starts();
            web.work(loader, Loops.DEFAULT);
            web.work(loader, Loops.ONE);
            web.idle(Rows.IDLE, loader, WebSocketWire.SHARED);
            mqtt.work(loader, Loops.DEFAULT);
            mqtt.idle(Rows.MQTT_IDLE, loader, MqttWire.AT_MOST_ONCE);
            https.work(loader, Loops.DEFAULT);
            if (options.wants(Rows.TLS_IDLE.key())) {
                mqtts.idle(Rows.TLS_IDLE, loader, new OverTls(MqttWire.AT_MOST_ONCE));
            }
        }
        Match.print("");
        Match.print(web.table());
        Match.print(mqtt.table());
        Match.print(https.table());
        Match.print(mqtts.table());
        Match.print("took " + (System.nanoTime() - begun) / 1_000_000_000 + " s");
    }
}

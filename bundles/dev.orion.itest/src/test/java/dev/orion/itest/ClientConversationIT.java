// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that we did not write (npm's {@code centrifuge}, {@code ws}, {@code eventsource}, fetch,
 * Chromium) against a running Orion; what they do is in {@code src/test/js}.
 */
class ClientConversationIT {

    @TempDir static Path home;

    private static OrionProcess orion;

    @BeforeAll
    static void start() throws Exception {
        Scripts.install();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/orion.json"), CONFIGURATION);
        orion = OrionProcess.start(home);
    }

    @AfterAll
    static void stop() throws Exception {
        if (orion != null) {
            assertThat(orion.terminate()).as(orion.output()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conversation.test.mjs",
                "bad-input.test.mjs",
                "browser.test.mjs",
                "compression.test.mjs",
                "content-coding.test.mjs",
                "http1-differential.test.mjs",
                "http2.test.mjs",
                "mqtt.test.mjs",
                "pairs.test.mjs"
            })
    void passesWhole(String script) throws Exception {
        var environment =
                Map.of(
                        "ORION_HTTP",
                        orion.http(),
                        "ORION_HTTPS",
                        Integer.toString(orion.httpsPort()),
                        "ORION_TCP",
                        "127.0.0.1:" + orion.tcpPort(),
                        "ORION_MQTT",
                        "127.0.0.1:" + orion.mqttPort(),
                        "ORION_MQTTS",
                        "127.0.0.1:" + orion.mqttsPort(),
                        "ORION_CERTIFICATE",
                        home.resolve("tls/dev-cert.pem").toString(),
                        "ORION_DOCS",
                        OrionProcess.ROOT.resolve("docs").toString(),
                        "ORION_API_KEY",
                        orion.apiKey());

        Scripts.passes(script, environment);
    }

    /** Pings come quickly, so that a test of them does not take a minute. */
    private static final String CONFIGURATION =
            """
            {
              "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080" },
              "dev.orion.listener~https": { "uri": "https://127.0.0.1:8443" },
              "dev.orion.listener~tcp": { "uri": "tcp://127.0.0.1:7000" },
              "dev.orion.listener~mqtt": { "uri": "mqtt://127.0.0.1:1883" },
              "dev.orion.listener~mqtts": { "uri": "mqtts://127.0.0.1:8883" },
              "dev.orion.channel~all": { "pattern": "#" },
              "dev.orion.channel~closed": { "pattern": "closed/#", "subscribe": "none", "publish": "none" },
              "dev.orion.channel~news": { "pattern": "news/#", "kind": "broadcast" },
              "dev.orion.channel~chat": {
                "pattern": "chat/#", "history": 100, "historyTtl": "10m",
                "presence": true, "joinLeave": true
              },
              "dev.orion.protocol.http": { "allowedOrigins": ["http://friend.test"] },
              "dev.orion.protocol.centrifuge": { "pingInterval": "1s", "pongTimeout": "500ms" }
            }
            """;
}

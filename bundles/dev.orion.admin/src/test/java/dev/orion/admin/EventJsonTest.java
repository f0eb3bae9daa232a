// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionEvent.Connected;
import dev.orion.net.ConnectionEvent.Data;
import dev.orion.net.ConnectionEvent.Direction;
import dev.orion.net.ConnectionEvent.Disconnected;
import dev.orion.net.ConnectionEvent.Failed;
import dev.orion.net.ConnectionEvent.Missed;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.Endpoint;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The form is documented and programs rely on it. */
class EventJsonTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String WHO =
            "\"connection\":\"conn_896162d4\",\"listener\":\"web\","
                    + "\"endpoint\":\"http://127.0.0.1:8080\",\"protocol\":\"websocket\","
                    + "\"remote\":\"127.0.0.1:51000\"";
    private static final String WHEN = "\"time\":\"2026-01-02T03:04:05.678Z\"}";

    private final ConnectionInfo connection = connection("websocket");

    @Test
    void tellsWhoHasCome() {
        assertThat(EventJson.text(new Connected(TIME, connection)))
                .hasValue("{\"event\":\"connected\"," + WHO + "," + WHEN);
    }

    @Test
    void tellsWhatAConnectionCameForWhileNobodyServesIt() {
        assertThat(EventJson.text(new Connected(TIME, connection(""))).orElseThrow())
                .contains("\"protocol\":\"http\"");
    }

    @Test
    void tellsWhoHasGoneAndWhy() {
        assertThat(EventJson.text(new Disconnected(TIME, connection, CloseReason.SLOW)))
                .hasValue(
                        "{\"event\":\"disconnected\","
                                + WHO
                                + ",\"code\":3008,\"reason\":\"slow\","
                                + WHEN);
    }

    @Test
    void tellsWhatWentWrong() {
        assertThat(EventJson.text(new Failed(TIME, connection, "a \"b\"\n")))
                .hasValue("{\"event\":\"error\"," + WHO + ",\"what\":\"a \\\"b\\\"\\n\"," + WHEN);
    }

    @Test
    void tellsWhatIsMissing() {
        assertThat(EventJson.text(new Missed(TIME, 7)))
                .hasValue("{\"event\":\"missed\",\"count\":7," + WHEN);
    }

    @Test
    void doesNotTellOfBytes() {
        assertThat(EventJson.text(new Data(TIME, connection, Direction.IN, 1))).isEmpty();
    }

    private static ConnectionInfo connection(String protocol) {
        return new ConnectionInfo(
                "conn_896162d4",
                "web",
                Endpoint.parse("http://127.0.0.1:8080"),
                protocol,
                "127.0.0.1:51000",
                TIME);
    }
}

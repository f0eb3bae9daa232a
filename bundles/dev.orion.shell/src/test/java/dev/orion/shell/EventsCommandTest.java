// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.net.CloseReason;
import dev.orion.net.ConnectionEvent.Connected;
import dev.orion.net.ConnectionEvent.Data;
import dev.orion.net.ConnectionEvent.Direction;
import dev.orion.net.ConnectionEvent.Disconnected;
import dev.orion.net.ConnectionEvent.Failed;
import dev.orion.net.ConnectionEvent.Missed;
import dev.orion.net.ConnectionInfo;
import dev.orion.net.ConnectionListener;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventsCommandTest {

    private static final Instant TIME = Instant.parse("2025-06-01T19:50:00Z");

    private final ConnectionInfo connection = new FakeNetwork().connections().get(0);
    private final List<Map<String, Object>> wishes = new ArrayList<>();
    private int left;
    private final EventsCommand events = new EventsCommand(this::register);
    private final Shell shell = new Shell().with(events);

    @Test
    void printsWhatHappens() {
        String time =
                DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
                        .format(TIME.atZone(ZoneId.systemDefault()));
        String who = "conn_896162d4  web  http://127.0.0.1:8080  websocket  127.0.0.1:51000";

        assertThat(shell.run("events --count 5"))
                .isEqualTo(
                        (time + "  connected  " + who + "\n")
                                + (time + "  data  " + who + "  in  12\n")
                                + (time + "  error  " + who + "  two\\nlines\n")
                                + (time + "  missed  3\n")
                                + (time + "  disconnected  " + who + "  3008  slow\n"));
        assertThat(wishes).containsExactly(Map.of());
        assertThat(left).isOne();
    }

    @Test
    void printsJsonInTheFormOfTheSystemChannel() {
        assertThat(shell.run("events --count 1 --json --data"))
                .isEqualTo(
                        "{\"event\":\"connected\",\"connection\":\"conn_896162d4\","
                                + "\"listener\":\"web\",\"endpoint\":\"http://127.0.0.1:8080\","
                                + "\"protocol\":\"websocket\",\"remote\":\"127.0.0.1:51000\","
                                + "\"time\":\"2025-06-01T19:50:00Z\"}\n");
        assertThat(wishes).containsExactly(Map.of("listens.to", "data"));
    }

    @Test
    void endsWhenTheTimeIsOver() {
        assertThat(shell.run("events --for 1ms --count 6").lines()).hasSizeLessThan(6);
        assertThat(left).isOne();
    }

    @Test
    void refusesWords() {
        assertThatThrownBy(() -> shell.run("events all")).hasMessageStartingWith("too many");
    }

    private Runnable register(ConnectionListener listener, Map<String, Object> properties) {
        wishes.add(properties);
        listener.happened(new Connected(TIME, connection));
        listener.happened(new Data(TIME, connection, Direction.IN, 12));
        listener.happened(new Failed(TIME, connection, "two\nlines"));
        listener.happened(new Missed(TIME, 3));
        listener.happened(new Disconnected(TIME, connection, CloseReason.SLOW));
        return () -> left++;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkCommandsTest {

    private final FakeNetwork network = new FakeNetwork();
    private final ListenersCommand listeners = new ListenersCommand();
    private final ConnectionsCommand connections = new ConnectionsCommand();
    private final Shell shell = new Shell().with(listeners).with(connections);

    @BeforeEach
    void bind() {
        listeners.network = network;
        connections.network = network;
        connections.realtime = new FakeRealtime();
    }

    @Test
    void listsListenersAndTheTransport() {
        assertThat(shell.run("listeners"))
                .isEqualTo(
                        """
                        NAME   ENDPOINT               STATE    CONNECTIONS  ACCEPTED  REFUSED  DEFENCES                         DETAIL
                        web    http://127.0.0.1:8080  serving            2      1234        0
                        lines  tcp://127.0.0.1:7000   waiting            0         5       12  max-connections=3, tls-failed=9  nobody speaks tcp
                        transport: epoll, 2 event loops, tls: boringssl
                        """);
    }

    @Test
    void listsListenersAsJson() {
        assertThat(shell.run("listeners --json"))
                .isEqualTo(
                        "{\"transport\":\"epoll, 2 event"
                            + " loops\",\"tls\":\"boringssl\",\"listeners\":["
                            + "{\"name\":\"web\",\"endpoint\":\"http://127.0.0.1:8080\","
                            + "\"state\":\"serving\",\"connections\":2,\"accepted\":1234,"
                            + "\"refused\":0,\"defences\":{},\"detail\":\"\"},"
                            + "{\"name\":\"lines\",\"endpoint\":\"tcp://127.0.0.1:7000\","
                            + "\"state\":\"waiting\",\"connections\":0,\"accepted\":5,"
                            + "\"refused\":12,"
                            + "\"defences\":{\"max-connections\":3,\"tls-failed\":9},\"detail\":\"nobody"
                            + " speaks tcp\"}]}\n");
    }

    @Test
    void listsConnections() {
        String opened =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS")
                        .format(Instant.parse(FakeNetwork.OPENED).atZone(ZoneId.systemDefault()));

        assertThat(shell.run("connections"))
                .isEqualTo(
                        """
                        ID             LISTENER  ENDPOINT               PROTOCOL   REMOTE           OPENED                   CLIENT  USER
                        conn_896162d4  web       http://127.0.0.1:8080  websocket  127.0.0.1:51000  %1$s  c1      alice
                        conn_0a0b0c0d  lines     http://127.0.0.1:8080  tcp        127.0.0.1:9      %1$s  c2
                        """
                                .formatted(opened));
    }

    @Test
    void filtersConnections() {
        assertThat(shell.run("connections --listener web --json"))
                .isEqualTo(
                        "[{\"id\":\"conn_896162d4\",\"listener\":\"web\",\"endpoint\":\"http://127.0.0.1:8080\",\"protocol\":\"websocket\",\"remote\":\"127.0.0.1:51000\",\"opened\":\"2025-06-01T19:50:00Z\",\"client\":\"c1\",\"user\":\"alice\"}]\n");
        assertThat(shell.run("connections --protocol tcp"))
                .contains("conn_0a0b0c0d")
                .hasLineCount(2);
    }

    @Test
    void listsConnectionsAlsoWhileNobodyKnowsOfClients() {
        connections.realtime = null;

        assertThat(shell.run("connections --protocol tcp --json"))
                .contains("\"id\":\"conn_0a0b0c0d\"", "\"client\":\"\",\"user\":\"\"");
    }

    @Test
    void closesOneConnection() {
        assertThat(shell.run("connections close conn_896162d4"))
                .isEqualTo("closed conn_896162d4\n");
        assertThat(network.closed).containsExactly("conn_896162d4 3503");
    }

    @Test
    void saysThatThereIsNoSuchConnection() {
        assertThatThrownBy(() -> shell.run("connections close conn_00000000"))
                .hasMessage("connection: conn_00000000 (expected: a live one's id)");
    }

    @Test
    void saysThatTheManagerIsNotThere() {
        listeners.network = null;

        assertThatThrownBy(() -> shell.run("listeners"))
                .hasMessage("network manager: not available (expected: its bundle to be active)");
    }

    @Test
    void explainsItself() {
        assertThat(shell.run("listeners --help"))
                .isEqualTo(
                        "listeners [--json]\n  Shows the listeners and the transport they use.\n");
    }
}

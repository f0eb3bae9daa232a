// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.bridge.BridgeInfo;
import dev.orion.bridge.BridgeInfo.State;
import dev.orion.log.LogControl;
import dev.orion.log.LogRecord;
import dev.orion.protocol.Connection;
import dev.orion.protocol.ProtocolInfo;
import dev.orion.protocol.ProtocolManager;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PlainCommandsTest {

    @Test
    void showsBridgesByName() {
        var bridges = new BridgesCommand();
        bridges.bridges =
                List.of(() -> bridge("b", State.WAITING), () -> bridge("a", State.CONNECTED));

        Shell shell = new Shell().with(bridges);

        assertThat(shell.run("bridges").lines())
                .satisfiesExactly(
                        titles -> assertThat(titles).startsWith("NAME  URI").contains("LAST ERROR"),
                        a -> assertThat(a).startsWith("a     mqtt://x:1  5        connected"),
                        b -> assertThat(b).startsWith("b     mqtt://x:1  5        waiting"));
        assertThat(shell.run("bridges --json"))
                .contains("\"state\":\"waiting\"")
                .contains("\"in\":1,\"out\":2,\"buffered\":5,\"bufferedBytes\":6")
                .contains("\"looped\":3,\"dropped\":4,\"lastError\":\"refused\"");
    }

    private static BridgeInfo bridge(String name, State state) {
        return new BridgeInfo(
                name, "mqtt://x:1", "5", state, Instant.EPOCH, 1, 2, 3, 4, 5, 6, "refused");
    }

    @Test
    void listsProtocols() {
        var protocols = new ProtocolsCommand();
        protocols.protocols = new FakeProtocols();

        assertThat(new Shell().with(protocols).run("protocols"))
                .isEqualTo(
                        """
                        NAME  STATE     CONNECTIONS  FAILURES  BUNDLE                  VERSION  BUNDLE ID
                        http  serving            12         0  dev.orion.protocol.http  0.2.0           31
                        http  draining            1         3  dev.orion.protocol.http  0.1.0           14
                        """
                                .replace("BUNDLE     ", "BUNDLE      "));
    }

    @Test
    void listsProtocolsAsJson() {
        var protocols = new ProtocolsCommand();
        protocols.protocols = new FakeProtocols();

        assertThat(new Shell().with(protocols).run("protocols --json"))
                .startsWith(
                        "[{\"name\":\"http\",\"state\":\"serving\",\"connections\":12,"
                                + "\"failures\":0,\"bundle\":\"dev.orion.protocol.http\","
                                + "\"version\":\"0.2.0\",\"bundleId\":31},{");
    }

    @Test
    void showsTheLastRecords() {
        var log = new LogCommand();
        log.log = new FakeLog();

        assertThat(new Shell().with(log).run("log 2 --json"))
                .isEqualTo(
                        "[{\"time\":\"2025-06-01T19:50:00Z\",\"level\":\"info\","
                                + "\"logger\":\"agent.network_manager\",\"message\":\"2 of 2\","
                                + "\"fields\":{\"connection_id\":\"conn_896162d4\","
                                + "\"reason\":\"a\\nb\"}}]\n");
        assertThat(new Shell().with(log).run("log").lines())
                .hasSize(2)
                .last()
                .asString()
                .endsWith(
                        "info   agent.network_manager  20 of 20"
                                + "  connection_id=conn_896162d4, reason=a\\nb");
    }

    @Test
    void showsAndSetsLevels() {
        var log = new LogCommand();
        log.log = new FakeLog();
        Shell shell = new Shell().with(log);

        assertThat(shell.run("log level dev.orion.http DEBUG"))
                .isEqualTo("level of dev.orion.http: debug\n");
        assertThat(shell.run("log levels"))
                .isEqualTo(
                        """
                        LOGGER          LEVEL
                        ROOT            info
                        dev.orion.http  debug
                        """);
        assertThat(shell.run("log levels --json"))
                .isEqualTo(
                        "[{\"logger\":\"ROOT\",\"level\":\"info\"},"
                                + "{\"logger\":\"dev.orion.http\",\"level\":\"debug\"}]\n");
        assertThatThrownBy(() -> shell.run("log level a loud")).hasMessage("level: loud");
    }

    @Test
    void saysWhatIsNotAvailable() {
        Shell shell = new Shell().with(new LogCommand()).with(new ProtocolsCommand());

        assertThatThrownBy(() -> shell.run("log"))
                .hasMessage("log: not available (expected: its bundle to be active)");
        assertThatThrownBy(() -> shell.run("protocols"))
                .hasMessage("protocol manager: not available (expected: its bundle to be active)");
    }

    private static final class FakeProtocols implements ProtocolManager {

        @Override
        public boolean speaks(String name) {
            return true;
        }

        @Override
        public boolean serve(Connection connection) {
            return false;
        }

        @Override
        public List<ProtocolInfo> protocols() {
            String bundle = "dev.orion.protocol.http";
            return List.of(
                    new ProtocolInfo("http", bundle, "0.2.0", 31, true, 12, 0),
                    new ProtocolInfo("http", bundle, "0.1.0", 14, false, 1, 3));
        }
    }

    private static final class FakeLog implements LogControl {

        private final Map<String, String> levels = new LinkedHashMap<>(Map.of("ROOT", "INFO"));

        @Override
        public List<LogRecord> recent(int count) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("connection_id", "conn_896162d4");
            fields.put("reason", "a\nb");
            Instant time = Instant.parse("2025-06-01T19:50:00Z");
            String message = count + " of " + count;
            return List.of(new LogRecord(time, "INFO", "agent.network_manager", message, fields));
        }

        @Override
        public Map<String, String> levels() {
            return levels;
        }

        @Override
        public void level(String logger, String level) {
            if (level.equals("loud")) {
                throw new IllegalArgumentException("level: " + level);
            }
            levels.put(logger, level);
        }

        @Override
        public void showThrough(Predicate<String> terminal) {
            throw new IllegalStateException("no terminal here");
        }
    }
}

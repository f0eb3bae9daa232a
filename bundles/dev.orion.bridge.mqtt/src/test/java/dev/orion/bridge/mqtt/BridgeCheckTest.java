// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.ProposedConfiguration;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeCheckTest {

    @TempDir Path home;

    private final Map<String, String> faults = new HashMap<>();

    @Test
    void findsNoFaultInAGoodOne() {
        check(Map.of("maxBackoff", "5m", "keepAlive", "0s", "username", "u", "password", "p"));
        check(Map.of("uri", "mqtts://broker.example:8883"));

        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "uri, http://x:1, mqtt://host:port",
        "uri, mqtt://x, scheme://host:port",
        "minBackoff, 0s, > 0",
        "minBackoff, 2m, maxBackoff is less than minBackoff",
        "maxBackoff, 1ms, maxBackoff is less than minBackoff",
        "maxBackoff, soon, a number and ms",
        "connectTimeout, 0ms, > 0",
        "keepAlive, 1d, 65535s",
        "sessionExpiry, x, a number and ms",
        "ca, x.pem, is for TLS",
    })
    void findsWhatIsWrongWithAKey(String key, String value, String said) {
        check(Map.of(key, value));

        assertThat(faults).containsOnlyKeys(key);
        assertThat(faults.get(key)).contains(said);
    }

    @Test
    void looksAtEachMapping() {
        check(Map.of("mappings", new String[] {"out a/# -> b/#", "sideways a", "out a/# -> c/#"}));

        assertThat(faults.get("mappings")).contains("sideways a").contains("the same source");
        faults.clear();
        check(Map.of("mappings", new String[] {}));
        assertThat(faults.get("mappings")).contains("is empty");
    }

    @Test
    void readsTheFilesForTls() {
        check(Map.of("uri", "mqtts://x:1", "ca", "none.pem"));
        check(Map.of("uri", "mqtts://x:1", "certificate", "none.pem"));

        assertThat(faults.get("uri")).contains("TLS files cannot be used").contains("both or none");
    }

    @Test
    void wantsAUserForAPasswordInVersion3() {
        check(Map.of("version", 3, "password", "secret"));

        assertThat(faults).containsOnlyKeys("password");
        assertThat(faults.get("password")).doesNotContain("secret");
    }

    private void check(Map<String, Object> more) {
        Map<String, Object> values = new HashMap<>();
        values.put("uri", "mqtt://127.0.0.1:1883");
        values.put("mappings", new String[] {"both a/#"});
        values.putAll(more);
        new BridgeCheck(home).check(List.of(new Proposed(MqttBridge.PID, values)));
        new BridgeCheck(home).check(List.of(new Proposed("dev.orion.channel", values)));
    }

    private final class Proposed implements ProposedConfiguration {

        private final String pid;
        private final Map<String, Object> values;

        Proposed(String pid, Map<String, Object> values) {
            this.pid = pid;
            this.values = values;
        }

        @Override
        public String factoryPid() {
            return pid;
        }

        @Override
        public String name() {
            return "link";
        }

        @Override
        public Map<String, Object> values() {
            return values;
        }

        @Override
        public void fault(String key, String message) {
            assertThat(pid).isEqualTo(MqttBridge.PID);
            faults.merge(key, message, (one, other) -> one + "; " + other);
        }
    }
}

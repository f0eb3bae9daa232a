// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.testkit.TestProposal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteCheckTest {

    @Test
    void acceptsTheKeysOfEachKind() {
        assertThat(
                        faults(
                                "udp://h:1",
                                Map.of(
                                        "maxFlows",
                                        5,
                                        "maxFlowsPerAddress",
                                        2,
                                        "idleTimeout",
                                        "5s")))
                .isEmpty();
        assertThat(faults("channel:up", Map.of("contentType", "a/b", "user", "u"))).isEmpty();
    }

    @Test
    void refusesTheOthers() {
        assertThat(faults("udp://h:1", Map.of("user", "u")))
                .containsExactly("r: user: is not for UDP to a server");
        assertThat(faults("channel:up", Map.of("maxFlows", 5, "framing", "line")))
                .containsExactly(
                        "r: framing: is not for UDP to a channel",
                        "r: maxFlows: is not for UDP to a channel");
        assertThat(faults("udp://h:1", Map.of("idleTimeout", "0s")))
                .containsExactly("r: idleTimeout: idleTimeout: PT0S (expected: > 0)");
    }

    private static List<String> faults(String to, Map<String, Object> values) {
        var all = new HashMap<>(values);
        all.put("match", "udp::7101");
        all.put("to", to);
        return TestProposal.faults(new RouteCheck(), new TestProposal("dev.orion.route", "r", all));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.testkit.TestProposal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteCheckTest {

    private static final String SERVER = "tcp://127.0.0.1:1";
    private static final String CHANNEL = "channel:up";

    @Test
    void acceptsWhatFitsTogether() {
        assertThat(faults(SERVER, Map.of("idleTimeout", "10m"))).isEmpty();
        assertThat(faults(CHANNEL, Map.of())).isEmpty();
        assertThat(
                        faults(
                                CHANNEL,
                                Map.of(
                                        "framing", "length-prefix",
                                        "lengthBytes", 4,
                                        "lengthCountsItself", true,
                                        "maxFrameBytes", 100,
                                        "contentType", "text/csv",
                                        "back", "channel:down/{address}",
                                        "user", "meter")))
                .isEmpty();
        assertThat(faults(CHANNEL, Map.of("framing", "delimiter", "delimiter", ";"))).isEmpty();
    }

    @Test
    void refusesKeysOfTheOtherKind() {
        assertThat(faults(SERVER, Map.of("framing", "line", "maxFlows", 1)))
                .containsExactly(
                        "r: framing: is not for TCP to a server",
                        "r: maxFlows: is not for TCP to a server");
        assertThat(faults(CHANNEL, Map.of("idleTimeout", "1s")))
                .containsExactly("r: idleTimeout: is not for TCP to a channel");
        assertThat(faults(CHANNEL, Map.of("lengthBytes", 1)))
                .containsExactly("r: lengthBytes: is for framing length-prefix");
    }

    @Test
    void refusesWhatCannotBeRead() {
        assertThat(faults(SERVER, Map.of("idleTimeout", "soon")))
                .singleElement()
                .asString()
                .startsWith("r: idleTimeout: duration: soon");
        assertThat(faults(CHANNEL, Map.of("framing", "delimiter")))
                .containsExactly("r: framing: delimiter: is empty (expected: some text)");
        assertThat(faults(CHANNEL, Map.of("framing", "length-prefix", "lengthBytes", 3)))
                .containsExactly("r: lengthBytes: lengthBytes: 3 (expected: 1, 2 or 4)");
        assertThat(faults(CHANNEL, Map.of("back", "tcp://h:1")))
                .containsExactly("r: back: back: tcp://h:1 (expected: channel:NAME)");
    }

    @Test
    void saysNothingOfOtherRoutes() {
        var values = Map.<String, Object>of("match", "udp::1", "to", CHANNEL, "framing", "x");

        assertThat(
                        TestProposal.faults(
                                new RouteCheck(), new TestProposal("dev.orion.route", "r", values)))
                .isEmpty();
    }

    private static List<String> faults(String to, Map<String, Object> values) {
        var all = new HashMap<>(values);
        all.put("match", "tcp::7100");
        all.put("to", to);
        return TestProposal.faults(new RouteCheck(), new TestProposal("dev.orion.route", "r", all));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.testkit.TestProposal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesCheckTest {

    private static final TestProposal TCP = listener("tcp", "tcps://127.0.0.1:7100");
    private static final TestProposal UDP = listener("udp", "udp://127.0.0.1:7101");

    @ParameterizedTest
    @CsvSource({
        "tcp::7100, tcp://h:1",
        "tcp::7100, tcps://h:1",
        "tcp::7100, channel:a/{address}",
        "udp::7101, udp://h:1",
        "udp::7101, channel:a",
        "grpc:/a.B/*, grpc://h:1",
        "grpc:/a.B/C, grpcs://h:1",
    })
    void acceptsWhatCanBeServed(String match, String to) {
        assertThat(faults(route("r", match, to))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp::7100 | udp://h:1",
                "tcp::7100 | grpc://h:1",
                "udp::7101 | tcp://h:1",
                "grpc:/a.B/* | tcp://h:1",
                "grpc:/a.B/* | channel:a",
            })
    void refusesTargetsThatCannotBeReached(String match, String to) {
        assertThat(faults(route("r", match, to)))
                .singleElement()
                .asString()
                .startsWith("r: to: " + to + " cannot be reached from " + match + " (expected: ");
    }

    @ParameterizedTest
    @CsvSource({
        "http:/a/*, tcp://h:1, match: http:/a/* comes later",
        "channel:a/#, tcp://h:1, match: channel:a/# comes later",
        "tcp::7100, service:orders, to: service:orders comes later",
        "tcp::7100, http://h:1, to: http://h:1 comes later",
        "tcp::7100, mqtt:bridge/a, to: mqtt:bridge/a comes later",
    })
    void saysWhatComesLater(String match, String to, String fault) {
        assertThat(faults(route("r", match, to)))
                .singleElement()
                .asString()
                .startsWith("r: " + fault);
    }

    @ParameterizedTest
    @CsvSource({"tcp:/a", "grpc::9090", "gopher::70", "tcp::0", "grpc:/a*"})
    void refusesOtherMatches(String match) {
        assertThat(faults(route("r", match, "tcp://h:1")))
                .singleElement()
                .asString()
                .startsWith("r: match: ");
    }

    @Test
    void refusesTwoWithOneMatch() {
        assertThat(
                        faults(
                                route("a", "tcp::7100", "tcp://h:1"),
                                route("b", "tcp::7100", "tcp://h:2")))
                .containsExactly("b: match: tcp::7100 is route a's too");
    }

    @Test
    void refusesPortsWhereNothingListens() {
        assertThat(faults(route("r", "udp::7100", "udp://h:1")))
                .containsExactly(
                        "r: match: udp::7100: no listener is there"
                                + " (expected: one with uri udp://127.0.0.1:7100)");
    }

    @Test
    void saysNothingOfListenersThatAreWrongThemselves() {
        assertThat(
                        TestProposal.faults(
                                new RoutesCheck(),
                                listener("l", "tcp:7100"),
                                route("r", "tcp::7100", "tcp://h:1")))
                .isEmpty();
    }

    @Test
    void leavesMissingKeysToOthers() {
        assertThat(faults(new TestProposal("dev.orion.route", "r", Map.of()))).isEmpty();
    }

    private static List<String> faults(TestProposal... routes) {
        var all = new TestProposal[routes.length + 2];
        all[0] = TCP;
        all[1] = UDP;
        System.arraycopy(routes, 0, all, 2, routes.length);
        return TestProposal.faults(new RoutesCheck(), all);
    }

    private static TestProposal route(String name, String match, String to) {
        return new TestProposal("dev.orion.route", name, Map.of("match", match, "to", to));
    }

    private static TestProposal listener(String name, String uri) {
        return new TestProposal("dev.orion.listener", name, Map.of("uri", uri));
    }
}

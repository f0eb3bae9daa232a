// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CheckerTest {

    /** As bnd writes them. */
    static final String METATYPE =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.2.0">
              <OCD id="Listener" name="Listener" description="">
                <AD id="uri" type="String" name="Uri"/>
                <AD id="backlog" type="Integer" name="Backlog" default="128" min="1" max="1024"/>
                <AD id="origins" type="String" name="Origins" cardinality="2147483647"/>
                <AD id="rate" type="Double" name="Rate" default="0.5"/>
              </OCD>
              <OCD id="Channel" name="Channel" description="">
                <AD id="pattern" type="String" name="Pattern" max="10"/>
                <AD id="kind" type="String" name="Kind" default="public">
                  <Option label="public" value="public"/>
                  <Option label="private" value="private"/>
                </AD>
                <AD id="history" type="Integer" name="History" default="0" min="0"/>
                <AD id="time" type="String" name="Time" default="5s" min="10ms" max="1m"/>
                <AD id="presence" type="Boolean" name="Presence" default="false"/>
                <AD id="ports" type="Integer" name="Ports" default="" cardinality="2" max="9"/>
              </OCD>
              <OCD id="Server" name="Server" description="">
                <AD id="apiKey" type="Password" name="Api key" default=""/>
              </OCD>
              <Designate factoryPid="dev.orion.listener"><Object ocdref="Listener"/></Designate>
              <Designate factoryPid="dev.orion.channel"><Object ocdref="Channel"/></Designate>
              <Designate pid="dev.orion.server"><Object ocdref="Server"/></Designate>
            </metatype:MetaData>
            """;

    private static final Map<String, Definition> DEFINITIONS = definitions();

    @ParameterizedTest
    @MethodSource
    void findsEveryFault(String text, String... faults) {
        assertThat(check(text).faults()).extracting(Fault::toString).containsExactly(faults);
    }

    static Stream<Arguments> findsEveryFault() {
        return Stream.of(
                channel("'pattern': 'a'"),
                channel("'pattern': 'a', 'ports': []"),
                channel("'pattern': 'a', 'service.ranking': 7"),
                channel(
                        "'pattern': 'a', 'histroy': 1",
                        "f:2: dev.orion.channel~a: histroy: unknown key (did you mean history?)"),
                channel(
                        "'pattern': 'a', 'Kind': 'public'",
                        "f:2: dev.orion.channel~a: Kind: unknown key (did you mean kind?)"),
                channel(
                        "'pattern': 'a', 'colour': 1",
                        "f:2: dev.orion.channel~a: colour: unknown key"),
                channel("'kind': 'public'", "f:1: dev.orion.channel~a: pattern: is missing"),
                channel(
                        "'pattern': 'a', 'kind': 'privat'",
                        "f:2: dev.orion.channel~a: kind: \"privat\": expected one of public,"
                                + " private (did you mean private?)"),
                channel(
                        "'pattern': 'a', 'history': '100'",
                        "f:2: dev.orion.channel~a: history: \"100\": expected a whole number"),
                channel(
                        "'pattern': 'a', 'history': 1.5",
                        "f:2: dev.orion.channel~a: history: 1.5: expected a whole number"),
                channel(
                        "'pattern': 'a', 'history': 99999999999",
                        "f:2: dev.orion.channel~a: history: 99999999999: expected a whole"
                                + " number"),
                channel(
                        "'pattern': 'a', 'history': -1",
                        "f:2: dev.orion.channel~a: history: -1: expected at least 0"),
                channel(
                        "'pattern': 'a', 'time': '1 minute'",
                        "f:2: dev.orion.channel~a: time: \"1 minute\": expected a number and ms, s,"
                                + " m, h or d, as in 5s"),
                channel(
                        "'pattern': 'a', 'time': '0s'",
                        "f:2: dev.orion.channel~a: time: \"0s\": expected at least 10ms"),
                channel(
                        "'pattern': 'a', 'time': '1h'",
                        "f:2: dev.orion.channel~a: time: \"1h\": expected at most 60000ms"),
                channel(
                        "'pattern': 'a', 'history:String': 'x'",
                        "f:2: dev.orion.channel~a: history: expected a whole number, not another"
                                + " type"),
                channel(
                        "'pattern': 'a', 'history': [1]",
                        "f:2: dev.orion.channel~a: history: expected a whole number, not an array"),
                channel(
                        "'pattern': 'a', 'presence': 'yes'",
                        "f:2: dev.orion.channel~a: presence: \"yes\": expected true or false"),
                channel("'pattern': 7", "f:2: dev.orion.channel~a: pattern: 7: expected a string"),
                channel(
                        "'pattern': '12345678901'",
                        "f:2: dev.orion.channel~a: pattern: \"12345678901\": expected at most 10"
                                + " characters"),
                channel(
                        "'pattern': 'a', 'ports': [1, 'x', 10]",
                        "f:2: dev.orion.channel~a: ports: expected at most 2 values",
                        "f:2: dev.orion.channel~a: ports: \"x\": expected a whole number",
                        "f:2: dev.orion.channel~a: ports: 10: expected at most 9"),
                fault(
                        "{'dev.orion.chanel~a': {}}",
                        "f:1: dev.orion.chanel~a: unknown configuration (did you mean"
                                + " dev.orion.channel?)"),
                fault("{'dev.orion.zzz': {}}", "f:1: dev.orion.zzz: unknown configuration"),
                fault(
                        "{'dev.orion.channel': {'pattern': 'a'}}",
                        "f:1: dev.orion.channel: needs a name: dev.orion.channel~NAME"),
                fault(
                        "{'dev.orion.channel~': {'pattern': 'a'}}",
                        "f:1: dev.orion.channel~: a name is missing behind the ~"),
                fault(
                        "{'dev.orion.server~a': {}}",
                        "f:1: dev.orion.server~a: takes no name behind a ~, there is only one"),
                fault(
                        "{'dev.orion.server': {'apiKey': 12345}}",
                        "f:1: dev.orion.server: apiKey: expected a string"));
    }

    @Test
    void givesValuesTheTypesOfTheirDefinitions() {
        var checked =
                check(
                        "{'dev.orion.listener~a': {'uri': 'u', 'backlog': 7, 'rate': 2,"
                                + " 'origins': 'one'}}");

        assertThat(checked.faults()).isEmpty();
        assertThat(checked.proposals())
                .singleElement()
                .satisfies(
                        proposal -> {
                            assertThat(proposal.factoryPid()).isEqualTo("dev.orion.listener");
                            assertThat(proposal.name()).isEqualTo("a");
                            assertThat(proposal.values())
                                    .containsEntry("backlog", 7)
                                    .containsEntry("rate", 2.0)
                                    .containsEntry("origins", new String[] {"one"});
                        });
    }

    @Test
    void acceptsWhatOthersMayDescribeLater() {
        var checked =
                check(
                        "{'com.example.plugin': {'n': 1, 'd': 1.5, 's': 'x', 'p:Integer': 7,"
                                + " 'many': [1, 2.5], 'c:Collection<Long>': [1]}}");

        assertThat(checked.faults()).isEmpty();
        assertThat(checked.undescribed()).containsExactly("com.example.plugin");
        assertThat(checked.proposals().get(0).values())
                .containsEntry("n", 1L)
                .containsEntry("d", 1.5)
                .containsEntry("s", "x")
                .containsEntry("p", 7)
                .containsEntry("many", new Double[] {1.0, 2.5})
                .containsEntry("c", List.of(1L));
    }

    @Test
    void asksTheChecksAndNamesTheirLines() {
        ConfigurationCheck check =
                proposed ->
                        proposed.forEach(
                                one -> {
                                    one.fault("uri", "is taken");
                                    one.fault("backlog", "is not there");
                                });

        var checked =
                check("{'dev.orion.listener~a': {\n'backlog': 7,\n'uri': 'u'}}", check, check);

        assertThat(checked.faults())
                .extracting(Fault::toString)
                .startsWith(
                        "f:3: dev.orion.listener~a: uri: is taken",
                        "f:2: dev.orion.listener~a: backlog: is not there")
                .hasSize(4);
    }

    @Test
    void asksTheChecksAboutTheRightValuesOfWhatHasFaultsToo() {
        ConfigurationCheck check =
                proposed ->
                        proposed.forEach(
                                one -> one.fault("uri", "not among " + one.values().keySet()));

        var checked =
                check("{'dev.orion.listener~a': {\n'uri': 'u',\n'backlog': 'x', 'n': 1}}", check);

        assertThat(checked.faults())
                .extracting(Fault::toString)
                .containsExactly(
                        "f:3: dev.orion.listener~a: backlog: \"x\": expected a whole number",
                        "f:3: dev.orion.listener~a: n: unknown key",
                        "f:2: dev.orion.listener~a: uri: not among [uri]");
    }

    @Test
    void isNotStoppedByACheckThatFails() {
        ConfigurationCheck broken =
                proposed -> {
                    throw new IllegalStateException("broken");
                };

        assertThat(check("{'dev.orion.listener~b': {'uri': 'u'}}", broken).faults()).isEmpty();
    }

    private static Arguments channel(String keys, String... faults) {
        return fault("{'dev.orion.channel~a': {\n" + keys + "}}", faults);
    }

    private static Arguments fault(String text, String... faults) {
        return Arguments.of(text, faults);
    }

    private static Checker.Checked check(String text, ConfigurationCheck... checks) {
        var parsed = ResourceParser.parse(new Source("f", text.replace('\'', '"')));
        assertThat(parsed.faults()).isEmpty();
        return Checker.check(Merge.of(parsed.sections()), DEFINITIONS, List.of(checks));
    }

    private static Map<String, Definition> definitions() {
        try (var xml = new ByteArrayInputStream(METATYPE.getBytes(StandardCharsets.UTF_8))) {
            var definitions = new LinkedHashMap<String, Definition>();
            Metatype.read(Metatype.parser(), xml).forEach(one -> definitions.put(one.pid(), one));
            return definitions;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

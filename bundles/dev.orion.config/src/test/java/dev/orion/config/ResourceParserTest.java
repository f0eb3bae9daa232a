// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orion.configuration.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceParserTest {

    @Test
    void readsSectionsWithTheLinesOfTheirKeys() {
        var parsed =
                parse(
                        """
                        // a comment
                        {
                          ":configurator:resource-version": 1,
                          "a.b~web": { /* another */
                            "uri": "http://x",
                            "port:Integer": 7,

                            "names": ["a", "b"],
                            ":configurator:policy": "force",
                            "open": true, "gone": null
                          },
                          "c": {}
                        }
                        """);

        assertThat(parsed.faults()).isEmpty();
        assertThat(parsed.sections()).extracting(Section::pid).containsExactly("a.b~web", "c");
        Section web = parsed.sections().get(0);
        assertThat(web.factoryPid()).isEqualTo("a.b");
        assertThat(web.name()).isEqualTo("web");
        assertThat(web.line()).isEqualTo(4);
        assertThat(web.items().values())
                .extracting(Item::key, Item::line)
                .containsExactly(
                        tuple("uri", 5),
                        tuple("port", 6),
                        tuple("names", 8),
                        tuple("open", 10),
                        tuple("gone", 10));
        assertThat(web.items().get("port").form().type()).contains(ValueType.INTEGER);
        assertThat(web.items().get("names").value()).isEqualTo(new Item.Many(List.of("a", "b")));
    }

    @ParameterizedTest
    @MethodSource
    void saysWhatIsWrongAndInWhichLine(String text, String... faults) {
        assertThat(parse(text).faults()).extracting(Fault::toString).containsExactly(faults);
    }

    static Stream<Arguments> saysWhatIsWrongAndInWhichLine() {
        return Stream.of(
                fault("", "f:1: empty (expected: a JSON object)"),
                fault("\n\n[]", "f:3: expected a JSON object"),
                fault("{}\n{}", "f:2: something follows the end of the JSON object"),
                fault("{\n\"a\": 1,\n\"b\": {}}", "f:2: a: expected a JSON object"),
                fault("{\n\"a\": {},\n\"a\": {}}", "f:3: a: stands here twice (first in line 2)"),
                fault(
                        "{\"a\": {\n\"k\": 1,\n\"K:Integer\": 1}}",
                        "f:3: a: K: stands here twice (first in line 2)"),
                fault("{\"a\": {\n\"k:Int\": 1}}", "f:2: a: k: unknown type Int"),
                fault("{\"a\": {\n\":k\": 1}}", "f:2: a: \":k\": a key has a name"),
                fault("{\"a\": {\"k\":\n{}}}", "f:2: a: k: expected a value, not an object"),
                fault(
                        "{\"a\": {\"k\": [\n1, null]}}",
                        "f:2: a: k: expected strings, numbers or booleans in an array"),
                fault(
                        "{\"a\": {\n\"k\": {},\n\"l:X\": 1}, \n\"b\": 1}",
                        "f:2: a: k: expected a value, not an object",
                        "f:3: a: l: unknown type X",
                        "f:4: b: expected a JSON object"));
    }

    @ParameterizedTest
    @MethodSource
    void namesTheLineOfASyntaxError(String text, int line) {
        assertThat(parse(text).faults())
                .singleElement()
                .satisfies(
                        fault -> {
                            assertThat(fault.line()).isEqualTo(line);
                            assertThat(fault.message()).startsWith("not JSON: ");
                        });
    }

    static Stream<Arguments> namesTheLineOfASyntaxError() {
        return Stream.of(
                Arguments.of("{\n\"a\": {\n\"k\": 1,\n}}", 4),
                Arguments.of("{\n\"a\": {\n\"k\" 1}}", 3),
                Arguments.of("{\n\"a\": {\n\"k\": \"x\ny\"}}", 3),
                Arguments.of("{\n\"a\": {\n\"k\": nul}}", 3),
                Arguments.of("{\n\"a\": {\n\n", 4),
                Arguments.of("\n\nhello", 3));
    }

    @Test
    void ignoresAByteOrderMark() {
        assertThat(parse("\uFEFF{\"a\": {}}").sections()).hasSize(1);
    }

    @Test
    void readsTheDefaultConfiguration() throws IOException {
        String text = Files.readString(Path.of("../../cnf/conf/orion.json"));

        var parsed = parse(text);

        assertThat(parsed.faults()).isEmpty();
        assertThat(parsed.sections())
                .extracting(Section::pid)
                .contains("dev.orion.listener~web", "dev.orion.channel~all");
    }

    @Test
    void survivesAnything() {
        var random = new Random(7);
        String valid = "{\"a~b\": {\"k:Integer\": 1, \"l\": [\"x\", 2.5, true]}, // c\n\"d\": {}}";
        for (int i = 0; i < 3_000; i++) {
            var text = new StringBuilder(valid);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, "{}[]:,\"\\/*x1\n".charAt(random.nextInt(13)));
            }
            var parsed = parse(text.toString());
            assertThat(parsed.faults().isEmpty() && parsed.sections().isEmpty()).isFalse();
        }
    }

    private static Arguments fault(String text, String... faults) {
        return Arguments.of(text, faults);
    }

    private static ResourceParser.Parsed parse(String text) {
        return ResourceParser.parse(new Source("f", text));
    }
}

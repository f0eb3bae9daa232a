// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.Fault;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverridesTest {

    private static final Map<String, Definition> DEFINITIONS =
            Map.of(
                    "a",
                    new Definition(
                            "a",
                            true,
                            true,
                            Map.of(
                                    "text", attribute("text", ValueType.STRING, 0),
                                    "number", attribute("number", ValueType.INTEGER, 0),
                                    "many", attribute("many", ValueType.STRING, 9))));

    @Test
    void takesTextAsItIsWhereTextIsExpected() {
        assertThat(values("a~x:text=12:3=4")).containsEntry("text", "12:3=4");
        assertThat(values("a~x:text=true")).containsEntry("text", "true");
        assertThat(values("a~x:text=null")).containsEntry("text", "null");
        assertThat(values("a~x:text=")).containsEntry("text", "");
    }

    @Test
    void takesJsonElsewhere() {
        assertThat(values("a:number=7")).containsEntry("number", 7);
        assertThat(values("a:many=[\"x\",\"y\"]")).containsEntry("many", new String[] {"x", "y"});
        assertThat(values("a:many=x")).containsEntry("many", new String[] {"x"});
    }

    @Test
    void takesTypedKeysOfThoseThatNobodyDescribes() {
        assertThat(values("com.x:a:Integer=7\ncom.x:b=7\ncom.x:c:String=7\ncom.x:d=null"))
                .containsEntry("a", 7)
                .containsEntry("b", 7L)
                .containsEntry("c", "7")
                .containsEntry("d", "null");
    }

    @Test
    void saysWhichOneIsWrongButNotItsValue() {
        ResourceParser.Parsed parsed =
                Overrides.parse("no\na=b\na:=secret\n\na:k:Foo=secret\n:k=v");

        assertThat(parsed.faults())
                .extracting(Fault::toString)
                .containsExactly(
                        "--set no: expected PID:key=value",
                        "--set a: expected PID:key=value",
                        "--set a:: expected PID:key=value",
                        "--set a:k:Foo: expected a key and, behind a colon, a known type",
                        "--set :k: expected PID:key=value");
    }

    @Test
    void namesTheOverrideInAFault() {
        var checked =
                Checker.check(
                        Merge.of(Overrides.parse("a:number=x").sections()), DEFINITIONS, List.of());

        assertThat(checked.faults())
                .extracting(Fault::toString)
                .containsExactly("--set a:number: a: number: \"x\": expected a whole number");
    }

    private static Map<String, Object> values(String lines) {
        ResourceParser.Parsed parsed = Overrides.parse(lines);
        assertThat(parsed.faults()).isEmpty();
        var checked = Checker.check(Merge.of(parsed.sections()), DEFINITIONS, List.of());
        assertThat(checked.faults()).isEmpty();
        return checked.proposals().get(0).values();
    }

    private static Attribute attribute(String key, ValueType type, int cardinality) {
        Optional<BigDecimal> none = Optional.empty();
        return new Attribute(key, type, false, false, cardinality, false, none, none, List.of());
    }
}

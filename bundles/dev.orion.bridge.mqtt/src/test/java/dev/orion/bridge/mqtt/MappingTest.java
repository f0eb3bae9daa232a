// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.message.Qos;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {

    @ParameterizedTest
    @CsvSource({
        "out a/# -> b/c/#, a/x/y, b/c/x/y",
        "out a/# -> b/#, a, b",
        "out # -> b/#, x/y, b/x/y",
        "out b/# -> #, b/x, x",
        "out a/+/t/# -> b/+/t/#, a/1/t/x, b/1/t/x",
        "out a/b -> c, a/b, c",
        "out a/#, a/x, a/x",
        "both a/# <-> b/#;qos=1, a/x, b/x",
        "in b/# -> a/#, a/x, b/x",
    })
    void exchangesWhatStandsBeforeTheFirstWildcard(String text, String local, String remote) {
        Mapping mapping = Mapping.parse(text);

        assertThat(mapping.toRemote(local)).contains(remote);
        assertThat(mapping.toLocal(remote)).contains(local);
    }

    @Test
    void hasNoNameWhereNothingIsLeft() {
        assertThat(Mapping.parse("out b/# -> #").toRemote("b")).isEmpty();
    }

    @Test
    void readsDirectionAndQuality() {
        Mapping mapping = Mapping.parse("in there/# -> here/#;qos=1");

        assertThat(mapping.isIn()).isTrue();
        assertThat(mapping.isOut()).isFalse();
        assertThat(mapping.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(mapping.local()).hasToString("here/#");
        assertThat(Mapping.parse("both a").qos()).isEqualTo(Qos.EXACTLY_ONCE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/#",
                "up a/#",
                "out a/# -> b",
                "out a/# -> b/+",
                "out a/+ -> b/#",
                "out a/# <-> b/#",
                "both a/# -> b/#",
                "out a/# -> b/#;qos=3",
                "out $share/g/a -> a",
                "out a/#/b",
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Mapping.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void findsTheMappingOfADeliveryAgainWhenTheOrderHasChanged() {
        Mapping first = Mapping.parse("out a/# -> x/#");
        Mapping second = Mapping.parse("out a/b -> y");
        var before = new Mappings(List.of(first, second));
        int id = before.idsByPattern().get(second.local());

        var after = new Mappings(List.of(second, first));

        assertThat(after.toRemote(id, "a/b")).contains("y");
        assertThat(new Mappings(List.of(first)).toRemote(id, "a/b")).contains("x/b");
        assertThat(new Mappings(List.of(first)).toRemote(id, "c")).isEmpty();
    }

    @Test
    void refusesTwoForTheSameSource() {
        List<Mapping> twice = List.of(Mapping.parse("out a/# -> x/#"), Mapping.parse("both a/#"));

        assertThatThrownBy(() -> new Mappings(twice)).hasMessageContaining("the same source");
    }

    @Test
    void translatesWhereAnAnswerIsExpected() {
        var mappings = new Mappings(List.of(Mapping.parse("both here/# <-> there/#")));

        assertThat(mappings.replyToRemote("here/answer")).isEqualTo("there/answer");
        assertThat(mappings.replyToLocal("there/answer")).isEqualTo("here/answer");
        assertThat(mappings.replyToRemote("elsewhere")).isEqualTo("elsewhere");
    }
}

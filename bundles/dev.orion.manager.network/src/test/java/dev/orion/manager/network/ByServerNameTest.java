// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByServerNameTest {

    private final ByServerName<String> names =
            new ByServerName<>(
                    List.of(
                            named("first", "first.example"),
                            named("wild", "*.example.org", "example.org"),
                            named("own", "a.example.org", "A2.Example.ORG", "first.example"),
                            named("later", "*.example.org"),
                            named("odd", "f*.example.net", "*", "b.*.example.net")));

    @ParameterizedTest
    @CsvSource({
        "first.example, first",
        "a.example.org, own",
        "a2.EXAMPLE.org, own",
        "a.example.org., own",
        "b.example.org, wild",
        "example.org, wild",
        "c.b.example.org, first",
        ".example.org, first",
        "foo.example.net, first",
        "b.x.example.net, first",
        "localhost, first",
        "'', first",
        "*.example.org, wild",
    })
    void findsItsOwnBeforeAWildcardBeforeTheFirst(String asked, String found) {
        assertThat(names.find(asked)).isEqualTo(found);
    }

    @Test
    void findsTheFirstForWhoSaysNothing() {
        assertThat(names.find(null)).isEqualTo("first");
    }

    private static ByServerName.Named<String> named(String value, String... names) {
        return new ByServerName.Named<>(List.of(names), value);
    }
}

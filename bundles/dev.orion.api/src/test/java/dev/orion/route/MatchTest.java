// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.route.Match.AtPath;
import dev.orion.route.Match.AtPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatchTest {

    @Test
    void readsPorts() {
        assertThat(Match.parse("tcp::7100")).isEqualTo(new AtPort("tcp", 7100));
        assertThat(Match.parse("udp::65535")).hasToString("udp::65535");
    }

    @Test
    void readsPaths() {
        assertThat(Match.parse("grpc:/shop.Orders/Place"))
                .isEqualTo(new AtPath("grpc", "/shop.Orders/Place"))
                .hasToString("grpc:/shop.Orders/Place");
    }

    @Test
    void knowsPrefixes() {
        var prefix = (AtPath) Match.parse("grpc:/shop.Orders/*");

        assertThat(prefix.isPrefix()).isTrue();
        assertThat(prefix.prefix()).isEqualTo("/shop.Orders/");
        assertThat(((AtPath) Match.parse("grpc:/*")).prefix()).isEqualTo("/");
        assertThat(((AtPath) Match.parse("grpc:/a")).isPrefix()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tcp",
                "tcp:7100",
                "tcp::",
                "tcp::0",
                "tcp::65536",
                "tcp::+1",
                "TCP::1",
                "grpc:a",
                "grpc:/a*",
                "grpc:/*/a",
                "grpc:/a b",
                "grpc:/a\n",
                "channel:a/#",
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Match.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.net.Endpoint;
import dev.orion.route.Target.ToChannel;
import dev.orion.route.Target.ToEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @Test
    void readsEndpoints() {
        assertThat(Target.parse("grpcs://host:443"))
                .isEqualTo(new ToEndpoint(new Endpoint("grpcs", "host", 443)))
                .hasToString("grpcs://host:443");
    }

    @Test
    void readsChannels() {
        assertThat(Target.parse("channel:devices/up"))
                .isEqualTo(new ToChannel("devices/up"))
                .hasToString("channel:devices/up");
    }

    @Test
    void fillsInWhatIsKnownOfThePeer() {
        var channel = (ToChannel) Target.parse("channel:d/{address}/{port}/{connection}");

        assertThat(channel.isFixed()).isFalse();
        assertThat(channel.of("10.0.0.7", 4711, "conn_0a0b0c0d"))
                .isEqualTo("d/10.0.0.7/4711/conn_0a0b0c0d");
        assertThat(new ToChannel("d").isFixed()).isTrue();
        assertThat(new ToChannel("d").of("10.0.0.7", 4711, "conn_0a0b0c0d")).isEqualTo("d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tcp://host",
                "tcp://host:0",
                "channel:",
                "channel:a/#",
                "channel:{adress}",
                "channel:{",
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Target.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }
}

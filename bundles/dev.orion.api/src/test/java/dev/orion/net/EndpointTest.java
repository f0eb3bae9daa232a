// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "mqtt://127.0.0.1:1883, mqtt, 127.0.0.1, 1883",
        "HTTP://Example.org:80, http, Example.org, 80",
        "tcp://[::1]:0, tcp, ::1, 0",
        "http://localhost:8080/, http, localhost, 8080",
    })
    void readsSchemeHostAndPort(String uri, String scheme, String host, int port) {
        assertThat(Endpoint.parse(uri)).isEqualTo(new Endpoint(scheme, host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:80",
                "http://",
                "http://host",
                "http://host:99999",
                "http://host:80/path",
                "http://host:80?q",
                "http://me@host:80",
                "http://:80",
                "http://ho st:80",
            })
    void refusesOtherForms(String uri) {
        assertThatThrownBy(() -> Endpoint.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected:");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.9.9.9, true",
        "::1, true",
        "localhost, true",
        "0.0.0.0, false",
        "10.0.0.1, false",
        "::, false",
        "example.org, false",
    })
    void knowsLoopbackWithoutLookingUpNames(String host, boolean loopback) {
        assertThat(new Endpoint("tcp", host, 1).isLoopback()).isEqualTo(loopback);
    }

    @ParameterizedTest
    @CsvSource({
        "https, http, true",
        "mqtts, mqtt, true",
        "grpcs, grpc, true",
        "tcps, tcp, true",
        "tcp, tcp, false",
        "nats, nats, false", // an s of its own
    })
    void knowsWhichSchemesMeanTls(String scheme, String protocol, boolean secure) {
        var endpoint = new Endpoint(scheme, "127.0.0.1", 1);

        assertThat(endpoint.protocol()).isEqualTo(protocol);
        assertThat(endpoint.isSecure()).isEqualTo(secure);
    }

    @Test
    void writesIpv6AddressesInBrackets() {
        assertThat(new Endpoint("tcp", "::1", 7000)).hasToString("tcp://[::1]:7000");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

    @ParameterizedTest
    @CsvSource({
        "a, a, -1",
        "A.Example:, a.example, -1",
        "127.0.0.1:8080, 127.0.0.1, 8080",
        "a:0, a, 0",
        "a:65535, a, 65535",
        "a:00080, a, 80",
        "[::1], [::1], -1",
        "[2001:DB8::1.2.3.4]:1, [2001:db8::1.2.3.4], 1",
        "a_b~c%20(d)=;, a_b~c%20(d)=;, -1",
    })
    void readsAHostAndAPort(String text, String host, int port) {
        assertThat(Authority.parse(text)).contains(new Authority(host, port));
        assertThat(Authority.isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "a b",
                "a/b",
                "a@b",
                "a:b",
                "a:1:2",
                "a:-1",
                "a:65536",
                "a:000080",
                "\u00e9",
                "a\\",
                "[",
                "[]",
                "[::1",
                "[::1]a",
                "[g::1]",
                "[::1]:x",
                "a[::1]",
                "\u0661"
            })
    void readsNothingElse(String text) {
        assertThat(Authority.parse(text)).isEmpty();
        assertThat(Authority.isOne(text)).isFalse();
    }
}

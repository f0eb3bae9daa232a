// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                "access_token",
                "password",
                "Passwd",
                "client_secret",
                "api_key",
                "apiKey",
                "X-API-Key",
                "authorization",
                "Proxy-Authorization",
                "credentials",
                "private_key",
                "cookie"
            })
    void knowsKeysByTheirNames(String key) {
        assertThat(Secrets.isSecret(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection_id", "endpoint", "key", "channel", "protocol"})
    void leavesOtherKeys(String key) {
        assertThat(Secrets.isSecret(key)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    /sse?token=abc.def&x=1          | /sse?token=***&x=1
                    {"token":"abc","data":1}        | {"token":"***","data":1}
                    {\\"password\\":\\"a\\"}        | {\\"password\\":\\"***\\"}
                    X-API-Key: 12345                | X-API-Key: ***
                    Authorization: Bearer abcdef    | Authorization: Bearer ***
                    got Bearer abcdefghijklmnopqr   | got Bearer ***
                    jwt eyJhbGciOiJI.eyJzdWIi.c2ln! | jwt ***!
                    basic authentication            | basic authentication
                    unknown token                   | unknown token
                    """)
    void hidesWhatLooksLikeOneInText(String text, String shown) {
        assertThat(Secrets.hide(text)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                "passwd",
                "password",
                "passphrase",
                "secret",
                "api_key",
                "apikey",
                "admin-key",
                "private_key",
                "authorization",
                "credential",
                "credentials",
                "cookie",
                "x-my-token"
            })
    void hidesWhatAnyOfTheNamesIsGiven(String name) {
        for (String each : List.of(name, name.toUpperCase(Locale.ROOT), "a " + name)) {
            assertThat(Secrets.hide(each + "=abcdef")).isEqualTo(each + "=***");
            assertThat(Secrets.isSecret(each)).isTrue();
            assertThat(Secrets.isSecret(each)).as("asked again").isTrue();
        }
    }

    @Test
    void isNotSlowedDownByALongText() {
        String text = "token".repeat(100_000);

        assertThat(Secrets.hide(text)).isEqualTo(text);
    }
}

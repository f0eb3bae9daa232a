// SPDX-License-Identifier: Apache-2.0
package dev.orion.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-0",
                "-1.5e+10",
                "1E5",
                "\"\"",
                "\"a\\u00e9\\n\\\"\"",
                " { \"a\" : [ 1 , { \"b\" : [ ] } , null ] , \"c\" : { } } ",
                "[[[[]]],[]]",
                "\"ünïcödé 🎉\"",
            })
    void takesEveryJsonText(String json) {
        assertThat(Payload.json(json).text()).isEqualTo(json);
        assertThat(Payload.json(json).isJson()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[1,]",
                "[,1]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "-",
                "nul",
                "truee",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "[1] [2]",
                "[1}",
                "{\"a\":1]",
                "NaN",
                "// c\n1",
            })
    void refusesWhatIsNotOneJsonText(String json) {
        assertThatThrownBy(() -> Payload.json(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("json: ");
    }

    @Test
    void refusesBytesThatAreNotUtf8AsJson() {
        byte[] bytes = {'"', (byte) 0xc3, '"'};

        assertThatThrownBy(() -> Payload.of(bytes, Payload.JSON)).hasMessageContaining("UTF-8");
    }

    @Test
    void refusesJsonThatIsNestedTooDeeply() {
        assertThatThrownBy(() -> Payload.json("[".repeat(501) + "]".repeat(501)))
                .hasMessageContaining("500");
    }

    @Test
    void keepsJsonOnOneLine() {
        assertThat(Payload.json("{\r\n \"a\": 1\n}").text()).isEqualTo("{   \"a\": 1 }");
    }

    @Test
    void copiesTheBytesThatItIsGiven() {
        byte[] bytes = {1, 2};
        var payload = Payload.of(bytes, Payload.BINARY);

        bytes[0] = 9;

        assertThat(payload.toBytes()).containsExactly(1, 2);
    }
}

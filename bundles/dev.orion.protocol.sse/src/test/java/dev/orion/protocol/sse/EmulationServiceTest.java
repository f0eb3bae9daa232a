// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulationServiceTest {

    private final FakeClients clients = new FakeClients();
    private final EmulationService service = new EmulationService(clients, 256);

    @Test
    void handsTheCommandsToTheSession() {
        int status =
                post(
                        """
                        {"session":"secret","node":"n1","more":{"a":[1]},
                         "data":"{\\"id\\":2}\\n{\\"id\\":3,\\"é\\":1}"}\
                        """);

        assertThat(status).isEqualTo(204);
        assertThat(clients.emulated).containsExactly("{\"id\":2}\n{\"id\":3,\"é\":1}");
    }

    @Test
    void answersAsUsualWhenTheSessionIsGone() {
        assertThat(post("{\"session\":\"other\",\"node\":\"\",\"data\":\"{}\"}")).isEqualTo(204);
        assertThat(clients.emulated).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"session\":\"secret\"}",
                "{\"data\":\"{}\"}",
                "{\"session\":1,\"data\":\"{}\"}",
                "{\"session\":\"secret\",\"data\":{}}",
                "{\"session\":\"secret\",\"data\":\"{}\"}{}",
                "{\"session\":\"secret\",\"data\":\"{}\"} x"
            })
    void refusesABodyOfAnotherForm(String body) {
        assertThat(post(body)).isEqualTo(400);
        assertThat(clients.emulated).isEmpty();
    }

    @Test
    void refusesEveryBodyThatIsCutShort() {
        String whole = "{\"session\":\"secret\",\"node\":\"n\",\"data\":\"{\\\"id\\\":1}\"}";

        for (int length = 0; length < whole.length(); length++) {
            assertThat(post(whole.substring(0, length))).isEqualTo(400);
        }
        assertThat(post(whole)).isEqualTo(204);
    }

    @Test
    void refusesABodyThatIsTooLong() {
        assertThat(post(" ".repeat(257))).isEqualTo(413);
    }

    private int post(String body) {
        var exchange = FakeExchange.post("/emulation", body);
        service.serve(exchange);
        return exchange.status.code();
    }
}

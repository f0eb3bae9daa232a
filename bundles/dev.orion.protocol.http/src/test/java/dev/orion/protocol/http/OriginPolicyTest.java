// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {

    private static final Endpoint LISTENER = Endpoint.parse("http://127.0.0.1:8080");

    @ParameterizedTest
    @CsvSource({
        "https://app.example,https://app.example,LISTED",
        "https://App.Example,https://app.example,LISTED",
        "https://app.example/,https://app.example,LISTED",
        "https://app.example/,https://app.example.evil,FOREIGN",
        "https://app.example:8443,https://app.example,FOREIGN",
        "https://app.example,null,FOREIGN",
        "https://app.example,http://localhost:8080,OWN"
    })
    void knowsWhoIsListed(String listed, String origin, OriginPolicy.Verdict verdict) {
        var policy = new OriginPolicy(List.of(listed));
        var host = new Authority("127.0.0.1", 8080);

        assertThat(policy.judge(origin, host, LISTENER)).isEqualTo(verdict);
    }
}

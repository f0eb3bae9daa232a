// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HttpStreamServiceTest {

    private final FakeClients clients = new FakeClients();
    private final HttpStreamService service = new HttpStreamService(clients, 64);

    @Test
    void answersALineForEachReply() {
        var exchange = FakeExchange.post("/connection/http_stream", "{\"id\":1}\n{\"id\":2}");

        service.serve(exchange);

        assertThat(exchange.status.code()).isEqualTo(200);
        assertThat(exchange.headers.get("x-accel-buffering")).isEqualTo("no");
        assertThat(exchange.streamed()).isEqualTo("<{\"id\":1}\n{\"id\":2}\n>");
        assertThat(clients.transport.name()).isEqualTo("http_stream");
        assertThat(clients.transport.isEmulated()).isTrue();
        assertThat(clients.transport.answersPings()).isTrue();
    }

    @Test
    void refusesProtobuf() {
        var exchange = FakeExchange.post("/connection/http_stream", "\u0001");
        exchange.request.headers().set("Content-Type", "application/octet-stream");

        service.serve(exchange);

        assertThat(exchange.status.code()).isEqualTo(415);
        assertThat(clients.transport).isNull();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import org.junit.jupiter.api.Test;

class SseServiceTest {

    private final FakeClients clients = new FakeClients();
    private final SseService service = new SseService(clients, 64);

    @Test
    void beginsWithTheCommandsOfTheQuery() {
        var exchange =
                FakeExchange.get(
                        "/connection/sse?cf_connect=%7B%22id%22%3A1%2C%22connect%22%3A%7B%7D%7D");

        service.serve(exchange);

        assertThat(exchange.status.code()).isEqualTo(200);
        assertThat(exchange.headers.get("content-type"))
                .isEqualTo("text/event-stream; charset=utf-8");
        assertThat(exchange.headers.get("cache-control")).contains("no-cache");
        assertThat(exchange.headers.get("x-accel-buffering")).isEqualTo("no");
        assertThat(exchange.streamed()).isEqualTo("<data: {\"id\":1,\"connect\":{}}\n\n>");
        assertThat(clients.transport.name()).isEqualTo("sse");
        assertThat(clients.transport.isEmulated()).isTrue();
        assertThat(clients.transport.answersPings()).isTrue();
        assertThat(clients.transport.hasCloseCodes()).isFalse();
    }

    @Test
    void beginsWithTheCommandsOfTheBody() {
        var exchange = FakeExchange.post("/connection/sse", "{\"id\":1}\n{\"id\":2}");

        service.serve(exchange);

        assertThat(exchange.streamed()).isEqualTo("<data: {\"id\":1}\n\ndata: {\"id\":2}\n\n>");
    }

    @Test
    void connectsAndSubscribesForWhoeverBringsChannels() {
        var exchange = FakeExchange.get("/connection/sse?channel=chat/room1&channel=a%22%0Ab");

        service.serve(exchange);

        assertThat(exchange.streamed())
                .isEqualTo(
                        "<data: {\"id\":1,\"connect\":{}}\n\n"
                                + "data: {\"id\":2,\"subscribe\":{\"channel\":\"chat/room1\"}}\n\n"
                                + "data: {\"id\":3,\"subscribe\":{\"channel\":\"a\\\"\\n"
                                + "b\"}}\n\n"
                                + ">");
        assertThat(clients.transport.answersPings()).isFalse();
    }

    @Test
    void refusesAQueryWithNeither() {
        var exchange = FakeExchange.get("/connection/sse?cf_connect=");

        service.serve(exchange);

        assertThat(exchange.status.code()).isEqualTo(400);
        assertThat(clients.transport).isNull();
    }

    @Test
    void refusesABodyThatIsTooLong() {
        var exchange = FakeExchange.post("/connection/sse", "x".repeat(65));

        service.serve(exchange);

        assertThat(exchange.status.code()).isEqualTo(413);
        assertThat(clients.transport).isNull();
    }

    @Test
    void sharesDeliveriesAmongItsStreams() {
        var one = FakeExchange.get("/connection/sse?channel=a");
        var other = FakeExchange.get("/connection/sse?channel=b");

        service.serve(one);
        var framing = clients.transport.framing();
        service.serve(other);

        assertThat(clients.transport.framing()).isEqualTo(framing);
        assertThat(one.streamed()).isNotEqualTo(other.streamed());
    }

    @Test
    void endsTheBodyOnceWhenTheConversationCloses() {
        var exchange = FakeExchange.get("/connection/sse?channel=a");
        service.serve(exchange);
        exchange.streamed();

        clients.transport.close(CloseReason.SLOW);
        clients.transport.close(CloseReason.SLOW);

        assertThat(exchange.streamed()).isEqualTo("<end>");
    }

    @Test
    void tellsTheConversationThatThePeerIsGone() {
        var exchange = FakeExchange.get("/connection/sse?channel=a");
        service.serve(exchange);
        exchange.streamed();

        exchange.channel.close();
        exchange.whenClosed.run();

        assertThat(clients.story).containsExactly("closed");
    }

    @Test
    void endsTheConversationInItsWordsWhenTheServerAsksTheStreamToEnd() {
        var exchange = FakeExchange.get("/connection/sse?channel=a");
        service.serve(exchange);
        exchange.streamed();

        exchange.whenClosed.run();

        assertThat(clients.story).containsExactly("end 3001", "closed");
        assertThat(exchange.streamed()).isEqualTo("<end>");
    }

    @Test
    void endsItsStreamsInTheirWordsWhenItLeaves() {
        var exchange = FakeExchange.get("/connection/sse?channel=a");
        service.serve(exchange);
        exchange.streamed();

        service.close();
        exchange.channel.runPendingTasks();

        assertThat(clients.story).startsWith("end 3001");
        assertThat(exchange.streamed()).isEqualTo("<end>");
    }

    @Test
    void hasNothingToSayToStreamsThatHaveEnded() {
        var exchange = FakeExchange.get("/connection/sse?channel=a");
        service.serve(exchange);
        clients.transport.close(CloseReason.SLOW);
        exchange.streamed();

        service.close();
        exchange.channel.runPendingTasks();

        assertThat(clients.story).isEmpty();
    }
}

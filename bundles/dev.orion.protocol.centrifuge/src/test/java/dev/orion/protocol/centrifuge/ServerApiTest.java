// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.access.ServerKeys;
import dev.orion.realtime.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerApiTest {

    private static final long NOW = 1_000_000;

    private final FakeManager manager = new FakeManager();
    private final Node node = new Node();
    private final ServerKeys keys = "secret"::equals;
    private final ServerApi api =
            new ServerApi(
                    new ApiMethods(manager, node, () -> Instant.ofEpochSecond(NOW)),
                    keys,
                    new ServerApi.Settings(10_000));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "publish | {'channel':'a','data':{ 'x': 1 }} | publish a { 'x': 1 } by api | {}",
                "publish | {'channel':'h/a','data':'t'} | publish h/a 't' by api"
                        + " | {'offset':1,'epoch':'e1'}",
                "publish | {'channel':'a','data':1,'tags':{'k':'v','l':'w'},'delta':true}"
                        + " | publish a 1 {k=v, l=w} by api | {}",
                "publish | {'data':null,'channel':'a','unknown':[{}]} | publish a null by api | {}",
                "publish | {'channel':'a','b64data':'eyJ4IjoxfQ=='} | publish a {'x':1} by api"
                        + " | {}",
                "publish | {'channel':'a','b64data':'aGk='}"
                        + " | publish a hi application/octet-stream by api | {}",
                "publish | {'channel':'a','data':1,'skip_history':false,'version':0,"
                        + "'idempotency_key':''} | publish a 1 by api | {}",
                "subscribe | {'channel':'a','user':'ann'} | subscribe ann/* a | {}",
                "subscribe | {'channel':'a','user':'ann','client':'c2','session':''}"
                        + " | subscribe ann/c2 a | {}",
                "unsubscribe | {'channel':'a','user':'ann','client':'c2'}"
                        + " | unsubscribe ann/c2 a | {}",
                "disconnect | {'user':'ann'} | disconnect ann/* 3503 force disconnect | {}",
                "disconnect | {'user':'ann','client':'c2','disconnect':{'code':4501,'reason':'no'}}"
                        + " | disconnect ann/c2 4501 no | {}",
                "disconnect | {'user':'ann','whitelist':['c2']}"
                        + " | disconnect ann/c3 3503 force disconnect | {}",
                "refresh | {'user':'ann','expired':true}"
                        + " | disconnect ann/* 3005 connection expired | {}",
                "refresh | {'user':'ann','client':'c2','expire_at':1000000}"
                        + " | disconnect ann/c2 3005 connection expired | {}",
                "presence | {'channel':'a'} | presence a"
                        + " | {'presence':{'c2':{'user':'ann','client':'c2'}}}",
                "presence_stats | {'channel':'a'} | presence_stats a"
                        + " | {'num_clients':3,'num_users':2}",
                "history | {'channel':'a','limit':-1} | history a -1 | {'publications':[{'data':"
                        + "{'a':1},'info':{'user':'ann','client':'c1'},'offset':7}],"
                        + "'epoch':'e1','offset':7}",
                "history | {'channel':'a','since':{'offset':3,'epoch':'e1'},'reverse':true,"
                        + "'limit':2} | history a 2 since 3e1 reverse |",
                "history | {'channel':'a','since':null} | history a 0 |",
                "history_remove | {'channel':'a'} | history_remove a | {}",
            })
    void does(String method, String body, String asked, String result) {
        String answer = post(method, body.replace('\'', '"')).answer();

        assertThat(manager.asked).containsExactly(asked.replace('\'', '"'));
        if (result != null) {
            assertThat(answer).isEqualTo("200 {\"result\":" + result.replace('\'', '"') + "}");
        }
    }

    @Test
    void refreshesNobodyBecauseNobodyExpires() {
        assertThat(post("refresh", "{\"user\":\"ann\"}").answer()).isEqualTo("200 {\"result\":{}}");
        assertThat(manager.asked).isEmpty();
    }

    @Test
    void unsubscribesFromEverything() {
        assertThat(post("unsubscribe", "{\"user\":\"ann\"}").answer())
                .isEqualTo("200 {\"result\":{}}");
        assertThat(manager.asked)
                .containsExactly(
                        "unsubscribe ann/* chat/a",
                        "unsubscribe ann/* chat/b",
                        "unsubscribe ann/* h/kept");
    }

    @Test
    void broadcasts() {
        assertThat(
                        post("broadcast", "{\"channels\":[\"a\",\"h/b\",\"\",\"c#\"],\"data\":1}")
                                .answer())
                .isEqualTo(
                        "200 {\"result\":{\"responses\":[{\"result\":{}},{\"result\":"
                                + "{\"offset\":1,\"epoch\":\"e1\"}},{\"error\":{\"code\":107,"
                                + "\"message\":\"bad request\"}},{\"error\":{\"code\":107,"
                                + "\"message\":\"bad request\"}}]}}");
        assertThat(manager.asked).containsExactly("publish a 1 by api", "publish h/b 1 by api");
    }

    @Test
    void listsChannelsThatHaveSubscribers() {
        assertThat(post("channels", "").answer())
                .isEqualTo(
                        "200 {\"result\":{\"channels\":{\"chat/a\":{\"num_clients\":2},"
                                + "\"chat/b\":{\"num_clients\":1}}}}");
        assertThat(post("channels", "{\"pattern\":\"*b\"}").answer())
                .isEqualTo("200 {\"result\":{\"channels\":{\"chat/b\":{\"num_clients\":1}}}}");
        assertThat(post("channels", "{\"pattern\":\"x\"}").answer())
                .isEqualTo("200 {\"result\":{\"channels\":{}}}");
    }

    @Test
    void informs() {
        assertThat(post("info", "{}").answer())
                .isEqualTo(
                        "200 {\"result\":{\"nodes\":[{\"uid\":\""
                                + node.id()
                                + "\",\"name\":\"orion\",\"version\":\"\",\"num_clients\":3,"
                                + "\"num_users\":2,\"num_channels\":2,\"uptime\":0,"
                                + "\"num_subs\":3}]}}");
    }

    @Test
    void publishesOnceUnderAKey() {
        String body = "{\"channel\":\"h/a\",\"data\":1,\"idempotency_key\":\"k\"}";

        String first = post("publish", body).answer();

        assertThat(post("publish", body).answer()).isEqualTo(first);
        assertThat(manager.asked).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "publish | {'data':1}",
                "publish | {'channel':'','data':1}",
                "publish | {'channel':'a'}",
                "publish | {'channel':'a/#','data':1}",
                "publish | {'channel':'a','b64data':'???'}",
                "publish | {'channel':'a','data':1,'skip_history':true}",
                "publish | {'channel':'a','data':1,'version':5}",
                "broadcast | {'data':1}",
                "broadcast | {'channels':[],'data':1}",
                "broadcast | {'channels':['a']}",
                "subscribe | {'user':'ann'}",
                "subscribe | {'channel':'a','user':'ann','session':'s'}",
                "subscribe | {'channel':'a','user':'ann','expire_at':5}",
                "subscribe | {'channel':'a','user':'ann','info':{}}",
                "subscribe | {'channel':'a','user':'ann','data':{}}",
                "subscribe | {'channel':'a','user':'ann','recover_since':{'offset':1}}",
                "subscribe | {'channel':'a','user':'ann','override':{'presence':{'value':true}}}",
                "unsubscribe | {'channel':'+','user':'ann'}",
                "unsubscribe | {'channel':'a','session':'s'}",
                "disconnect | {'user':'ann','session':'s'}",
                "disconnect | {'user':'ann','disconnect':{'code':5000}}",
                "disconnect | {'user':'ann','disconnect':{'code':4294971297}}",
                "disconnect | {'user':'ann','disconnect':{}}",
                "refresh | {'user':'ann','expire_at':1000001}",
                "refresh | {'user':'ann','info':{}}",
                "presence | {}",
                "presence_stats | {}",
                "history | {}",
                "history_remove | {}",
                "channels | {'pattern':'[a'}",
                "rpc | {}",
            })
    void refusesAsABadRequest(String method, String body) {
        assertThat(post(method, body.replace('\'', '"')).answer())
                .isEqualTo("200 {\"error\":{\"code\":107,\"message\":\"bad request\"}}");
        assertThat(manager.asked).isEmpty();
    }

    @Test
    void knowsNoRemoteProcedures() {
        assertThat(post("rpc", "{\"method\":\"x\"}").answer())
                .isEqualTo("200 {\"error\":{\"code\":104,\"message\":\"not found\"}}");
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void answersWithWhatTheManagerRefuses(Refusal refusal) {
        manager.refusal = Optional.of(refusal);

        for (String method : List.of("publish", "presence", "history", "history_remove")) {
            assertThat(post(method, "{\"channel\":\"a\",\"data\":1}").answer())
                    .startsWith("200 {\"error\":{\"code\":" + refusal.code() + ",\"message\":\"");
        }
    }

    @Test
    void answersWithAStatusWhereTheCallerWantsThat() {
        var exchange =
                exchange("presence", "{}")
                        .header("X-API-Key", "secret")
                        .header("X-Centrifugo-Error-Mode", "transport");

        api.serve(exchange);

        assertThat(exchange.answer()).isEqualTo("400 {\"code\":107,\"message\":\"bad request\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | not a JSON object",
                "x | not a JSON object",
                "{ | not JSON at byte 1",
                "{'channel':'a','data':} | not JSON at byte 22",
                "{'channel':'a'} {} | something after the JSON object",
                "{'channel':1} | channel is of another type",
                "{'channel':'a','tags':{'k':1}} | tags is of another type",
                "{'channel':'a','tags':[]} | an object is of another type",
                "{'channels':'a'} | an array is of another type",
                "{'channels':[['a']]} | channels is of another type",
                "{'limit':'1'} | limit is of another type",
                "{'limit':1.5} | limit is of another type",
                "{'since':{'offset':-1}} | offset: -1 (expected: >= 0)",
                "{'reverse':1} | reverse (expected: true or false)",
                "{'disconnect':5} | an object is of another type",
            })
    void saysWhatIsWrongWithABody(String body, String fault) {
        assertThat(post("publish", body.replace('\'', '"')).answer())
                .isEqualTo(
                        "400 {\"error\":{\"code\":107,\"message\":\"bad request: "
                                + fault
                                + "\"}}");
        assertThat(manager.asked).isEmpty();
    }

    @Test
    void doesSeveralThingsInOrder() {
        assertThat(
                        post(
                                        "batch",
                                        "{\"commands\":[{\"publish\":{\"channel\":\"h/a\","
                                            + "\"data\":1}},{\"presence_stats\":{\"channel\":"
                                            + "\"a\"}},null,{\"x\":{}},{},{\"publish\":{}},"
                                            + "{\"publish\":{},\"info\":{}},{\"history_remove\":"
                                            + "{\"channel\":\"a\"},\"info\":null}],"
                                            + "\"parallel\":true}")
                                .answer())
                .isEqualTo(
                        "200 {\"replies\":[{\"publish\":{\"offset\":1,\"epoch\":\"e1\"}},"
                                + "{\"presence_stats\":{\"num_clients\":3,\"num_users\":2}},"
                                + "{\"error\":{\"code\":107,\"message\":\"bad request\"}},"
                                + "{\"error\":{\"code\":104,\"message\":\"not found\"}},"
                                + "{\"error\":{\"code\":104,\"message\":\"not found\"}},"
                                + "{\"error\":{\"code\":107,\"message\":\"bad request\"}},"
                                + "{\"error\":{\"code\":107,\"message\":\"bad request\"}},"
                                + "{\"history_remove\":{}}]}");
        assertThat(manager.asked)
                .containsExactly("publish h/a 1 by api", "presence_stats a", "history_remove a");
    }

    @Test
    void answersAnEmptyBatch() {
        assertThat(post("batch", "{}").answer()).isEqualTo("200 {}");
        assertThat(post("batch", "{\"commands\":[1]}").answer()).startsWith("400 ");
    }

    @Test
    void waitsForOneCallOfABatchAfterTheOther() {
        List<Runnable> later = new ArrayList<>();
        manager.later = Optional.of(later);

        FakeExchange exchange =
                post(
                        "batch",
                        "{\"commands\":[{\"presence\":{\"channel\":\"a\"}},"
                                + "{\"presence\":{\"channel\":\"b\"}}]}");

        assertThat(manager.asked).containsExactly("presence a");
        later.get(0).run();
        assertThat(manager.asked).containsExactly("presence a", "presence b");
        assertThat(exchange.isAnswered()).isFalse();
        later.get(1).run();
        assertThat(exchange.answer()).startsWith("200 {\"replies\":[{\"presence\":");
    }

    @Test
    void takesALongBatch() {
        String command = "{\"info\":{}},";
        int count = 700;

        String answer =
                post("batch", "{\"commands\":[" + command.repeat(count) + "null]}").answer();

        assertThat(answer.split("\"nodes\"", -1)).hasSize(count + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"apikey secret", "ApiKey  secret", "Bearer secret"})
    void takesTheKeyFromTheAuthorization(String authorization) {
        var exchange = exchange("info", "{}").header("Authorization", authorization);

        api.serve(exchange);

        assertThat(exchange.answer()).startsWith("200 ");
    }

    @ParameterizedTest
    @CsvSource({
        "X-API-Key, wrong",
        "X-API-Key, ''",
        "Authorization, secret",
        "Authorization, apikey",
        "Authorization, Basic secret",
        "Authorization, apikey wrong",
        "Other, secret"
    })
    void letsNobodyInWithoutAKey(String header, String value) {
        var exchange = exchange("publish", "{\"channel\":\"a\",\"data\":1}").header(header, value);

        api.serve(exchange);

        assertThat(exchange.answer())
                .isEqualTo("401 {\"error\":{\"code\":101,\"message\":\"unauthorized\"}}");
        assertThat(exchange.challenge()).isEqualTo("Bearer"); // RFC 9110 §15.5.2
        assertThat(manager.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "connections", "publish/", "publish/x", "Publish"})
    void knowsNoOtherPaths(String method) {
        assertThat(post(method, "{}").answer())
                .isEqualTo("404 {\"error\":{\"code\":104,\"message\":\"not found\"}}");
    }

    @Test
    void leavesBodiesThatAreTooLongToTheExchange() {
        FakeExchange exchange = post("publish", " ".repeat(10_001));

        assertThat(exchange.isAnswered()).isTrue();
        assertThat(manager.asked).isEmpty();
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        var exchange =
                new FakeExchange(
                                "/api/publish",
                                "{\"channel\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1))
                        .header("X-API-Key", "secret");

        api.serve(exchange);

        assertThat(exchange.answer())
                .isEqualTo("400 {\"error\":{\"code\":107,\"message\":\"bad request: not UTF-8\"}}");
    }

    @Test
    void answersWhateverComes() {
        String seed =
                "{\"channel\":\"a\",\"data\":{\"x\":[1,null]},\"tags\":{\"k\":\"v\"},\"since\":"
                        + "{\"offset\":1,\"epoch\":\"e\"},\"channels\":[\"b\"],\"commands\":"
                        + "[{\"publish\":{\"channel\":\"a\",\"data\":1}}],\"limit\":5,"
                        + "\"disconnect\":{\"code\":4000,\"reason\":\"r\"},\"b64data\":\"\"}";
        var random = new Random(5);
        List<String> methods = List.of("publish", "broadcast", "disconnect", "history", "batch");
        for (int i = 0; i < 500; i++) {
            byte[] body = RobustnessTest.mutated(seed, random);
            String method = methods.get(random.nextInt(methods.size()));
            var exchange = new FakeExchange("/api/" + method, body).header("X-API-Key", "secret");

            api.serve(exchange);

            assertThat(exchange.answer())
                    .as(() -> new String(body, StandardCharsets.UTF_8))
                    .matches("(?s)(200|400) \\{.*}")
                    .doesNotContain("\"code\":100,");
        }
    }

    private FakeExchange post(String method, String body) {
        FakeExchange exchange = exchange(method, body).header("X-API-Key", "secret");
        api.serve(exchange);
        return exchange;
    }

    private static FakeExchange exchange(String method, String body) {
        return new FakeExchange("/api/" + method, body.getBytes(StandardCharsets.UTF_8));
    }
}

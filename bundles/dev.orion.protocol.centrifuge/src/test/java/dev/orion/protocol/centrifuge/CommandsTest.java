// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.access.ServerKeys;
import dev.orion.client.Subscribed;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

    static final CentrifugeProtocol.Settings SETTINGS =
            new CentrifugeProtocol.Settings(
                    Duration.ofSeconds(25),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(15),
                    300,
                    1 << 20);

    private final FakeClients clients = new FakeClients();
    private final CentrifugeProtocol protocol =
            new CentrifugeProtocol(clients, new Node(), SETTINGS);
    private final Peer peer = Peer.webSocket(protocol);

    @AfterEach
    void end() {
        peer.close();
    }

    @Test
    void connects() {
        assertThat(peer.ask("{\"id\":1,\"connect\":{\"name\":\"js\",\"data\":{\"x\":[1]}}}"))
                .containsExactly(
                        "{\"id\":1,\"connect\":{\"client\":\"c1\",\"ping\":25,\"pong\":true}}");
        assertThat(clients.spec.user()).isEmpty();
        assertThat(clients.spec.roles()).isEmpty();
        assertThat(clients.spec.transport()).isEqualTo("fake");
        assertThat(clients.spec.connection()).isEqualTo("conn_00000001");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'id':2,'subscribe':{'channel':'a/b'}} | subscribe a/b"
                        + " | {'id':2,'subscribe':{}}",
                "{'subscribe':{'channel':'a'},'id':2} | subscribe a | {'id':2,'subscribe':{}}",
                " {'id' : 2 , 'subscribe' : { 'channel' : 'a' } }  | subscribe a"
                        + " | {'id':2,'subscribe':{}}",
                "{'id':2,'subscribe':{'channel':'a','recover':true,'offset':5,'epoch':'e1'}}"
                        + " | subscribe a from 5e1 | {'id':2,'subscribe':{}}",
                "{'id':2,'subscribe':{'channel':'a','recover':false,'positioned':true,"
                        + "'recoverable':true,'join_leave':true,'data':{},'delta':'fossil'}}"
                        + " | subscribe a join_leave | {'id':2,'subscribe':{}}",
                "{'id':2,'subscribe':{'channel':'a','join_leave':false}} | subscribe a"
                        + " | {'id':2,'subscribe':{}}",
                "{'id':2,'unsubscribe':{'channel':'a'}} | unsubscribe a"
                        + " | {'id':2,'unsubscribe':{}}",
                "{'id':2,'publish':{'channel':'a','data':{ 'x': [1,2] }}}"
                        + " | publish a application/json { 'x': [1,2] } | {'id':2,'publish':{}}",
                "{'id':2,'publish':{'data':-1.5e3 ,'channel':'a'}}"
                        + " | publish a application/json -1.5e3 | {'id':2,'publish':{}}",
                "{'id':2,'publish':{'data':null,'channel':'a'}}"
                        + " | publish a application/json null | {'id':2,'publish':{}}",
                "{'id':2,'publish':{'channel':'a','data': 'gr\u00fc\u00df \\u0041\\n' }}"
                        + " | publish a application/json 'gr\u00fc\u00df \\u0041\\n'"
                        + " | {'id':2,'publish':{}}",
                "{'id':2,'publish':{'channel':'a','data':true}} | publish a application/json true"
                        + " | {'id':2,'publish':{}}",
                "{'id':4294967295,'publish':{'channel':'\\u00e9','data':[[]],'unknown':{'a':[1]}}}"
                        + " | publish \u00e9 application/json [[]]"
                        + " | {'id':4294967295,'publish':{}}",
                "{'id':2,'presence':{'channel':'a'}} | presence a | {'id':2,'presence':"
                        + "{'presence':{'c1':{'user':'','client':'c1'},"
                        + "'c2':{'user':'ann','client':'c2'}}}}",
                "{'id':2,'presence_stats':{'channel':'a'}} | presence_stats a"
                        + " | {'id':2,'presence_stats':{'num_clients':2,'num_users':1}}",
                "{'id':2,'history':{'channel':'a','limit':5}} | history a 5 | {'id':2,'history':"
                        + "{'publications':[{'data':{'a':1},'info':{'user':'ann','client':'c1'},"
                        + "'offset':7}],'epoch':'e1','offset':7}}",
                "{'id':2,'history':{'channel':'a'}} | history a 0 |",
                "{'id':2,'history':{'channel':'a','limit':-1,'reverse':true}}"
                        + " | history a 300 reverse |",
                "{'id':2,'history':{'channel':'a','limit':1000000}} | history a 300 |",
                "{'id':2,'history':{'channel':'a','limit':1,'since':{'offset':3,'epoch':'e1'}}}"
                        + " | history a 1 since 3e1 |",
            })
    void asksTheClientAndReplies(String command, String asked, String reply) {
        peer.connected();

        List<String> replies = peer.ask(command.replace('\'', '"'));

        assertThat(clients.asked).containsExactly(asked.replace('\'', '"'));
        if (reply == null) {
            assertThat(replies).hasSize(1);
        } else {
            assertThat(replies).containsExactly(reply.replace('\'', '"'));
        }
        assertThat(peer.isClosed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'id':2,'rpc':{'method':'x','data':1}} | 104 | method not found",
                "{'id':2,'publish':{'channel':'a'}} | 107 | bad request",
                "{'id':2,'publish':{'channel':'a','data':1,'type':1,'key':'k'}} | 108"
                        + " | not available",
                "{'id':2,'subscribe':{'channel':'a','type':1}} | 108 | not available",
                "{'id':2,'subscribe':{'channel':'a','tf':{'op':'eq'}}} | 107 | bad request",
                "{'id':2,'subscribe':{'channel':'a','token':'x.y.z'}} | 103 | permission denied",
                "{'id':2,'sub_refresh':{'channel':'a','token':'x'}} | 103 | permission denied",
                "{'id':2,'subscribe':{'channel':'a#'}} | 107 | bad request",
                "{'id':2,'publish':{'channel':'\\ud800','data':1}} | 107 | bad request",
            })
    void repliesWithAnError(String command, int code, String message) {
        peer.connected();

        assertThat(peer.ask(command.replace('\'', '"')))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":"
                                + code
                                + ",\"message\":\""
                                + message
                                + "\"}}");
        assertThat(peer.isClosed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void repliesWithWhatTheClientRefuses(Refusal refusal) {
        peer.connected();
        clients.refusal = Optional.of(refusal);

        String expected =
                "{\"id\":3,\"error\":{\"code\":"
                        + refusal.code()
                        + ",\"message\":\""
                        + refusal.text()
                        + "\""
                        + (refusal.isTemporary() ? ",\"temporary\":true}}" : "}}");
        for (String command : List.of("subscribe", "presence", "presence_stats", "history")) {
            assertThat(peer.ask("{\"id\":3,\"" + command + "\":{\"channel\":\"a\"}}"))
                    .containsExactly(expected);
        }
        assertThat(peer.ask("{\"id\":3,\"publish\":{\"channel\":\"a\",\"data\":1}}"))
                .containsExactly(expected);
    }

    @Test
    void refusesAChannelNameThatIsTooLong() {
        peer.connected();
        String name = "n".repeat(256);

        assertThat(peer.ask("{\"id\":2,\"subscribe\":{\"channel\":\"" + name + "\"}}"))
                .containsExactly("{\"id\":2,\"error\":{\"code\":107,\"message\":\"bad request\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                " ",
                "{",
                "}",
                "[]",
                "1",
                "null",
                "\"x\"",
                "nonsense",
                "{}", // nothing to answer
                "{'id':0}",
                "{'id':2}",
                "{'id':2,'unknown':{}}",
                "{'unknown':{}}",
                "{'id':2,'publish':null}",
                "{'publish':{'channel':'a','data':1}}",
                "{'id':0,'publish':{'channel':'a','data':1}}",
                "{'id':-1,'publish':{'channel':'a','data':1}}",
                "{'id':4294967296,'publish':{'channel':'a','data':1}}",
                "{'id':1e30,'publish':{'channel':'a','data':1}}",
                "{'id':1.5,'publish':{'channel':'a','data':1}}",
                "{'id':'2','publish':{'channel':'a','data':1}}",
                "{'id':2,'id':3,'publish':{'channel':'a','data':1}}",
                "{'id':2,'publish':{'channel':'a','data':1},'presence':{'channel':'a'}}",
                "{'id':2,'publish':{'channel':'a','data':1},'publish':{'channel':'a','data':1}}",
                "{'id':2,'publish':[]}",
                "{'id':2,'publish':1}",
                "{'id':2,'publish':{'channel':1,'data':1}}",
                "{'id':2,'publish':{'channel':'','data':1}}",
                "{'id':2,'publish':{'data':1}}",
                "{'id':2,'publish':{'channel':'a','data':01}}",
                "{'id':2,'publish':{'channel':'a','data':tru}}",
                "{'id':2,'publish':{'channel':'a','data':'\\x'}}",
                "{'id':2,'publish':{'channel':'a','data':'\t'}}",
                "{'id':2,'publish':{'channel':'a','data':{'a':}}}",
                "{'id':2,'publish':{'channel':'a','data':}}",
                "{'id':2,'publish':{'channel':'a','data':[1,]}}",
                "{'id':2,'publish':{'channel':'a','data':NaN}}",
                "{'id':2,'publish':{'channel':'a','data':1}",
                "{'id':2,'publish':{'channel':'a','data':1}}}",
                "{'id':2,'publish':{'channel':'a','data':1}} x",
                "{'id':2,'publish':{'channel':'a','data':1}}{}",
                "{'id':2,'publish':{'channel':'a','data':1}},",
                "{'id':2,'publish':{'channel':'a',\n'data':1}}",
                "\n{'id':2,'publish':{'channel':'a','data':1}}",
                "{'id':2,\u0000'publish':{'channel':'a','data':1}}",
                "{\u0000'\u0000i\u0000d\u0000",
                "\ufeff{'id':2,'publish':{'channel':'a','data':1}}",
                "{'id':2,'subscribe':{}}",
                "{'id':2,'subscribe':{'channel':'a','recover':1}}",
                "{'id':2,'subscribe':{'channel':'a','offset':-1}}",
                "{'id':2,'subscribe':{'channel':'a','offset':99999999999999999999}}",
                "{'id':2,'subscribe':{'channel':'a','epoch':7}}",
                "{'id':2,'subscribe':{'channel':'a','delta':'xyz'}}",
                "{'id':2,'unsubscribe':{}}",
                "{'id':2,'presence':{}}",
                "{'id':2,'presence_stats':{}}",
                "{'id':2,'history':{}}",
                "{'id':2,'history':{'channel':'a','limit':'1'}}",
                "{'id':2,'history':{'channel':'a','since':5}}",
                "{'id':2,'history':{'channel':'a','since':{'offset':-5}}}",
                "{'id':2,'sub_refresh':{}}",
                "{'id':2,'refresh':{}}",
                "{'id':2,'refresh':{'token':'x'}}",
                "{'id':2,'connect':{}}",
            })
    void disconnectsForABadFrame(String frame) {
        peer.connected();

        assertThat(peer.ask(frame.replace('\'', '"'))).isEmpty();
        assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
        assertThat(clients.closed).isTrue();
        assertThat(clients.asked).isEmpty();
    }

    @Test
    void disconnectsForBytesThatAreNotUtf8() {
        peer.connected();

        peer.send(
                "{\"id\":2,\"publish\":{\"channel\":\"a\",\"data\":\"\u00e9\"}}"
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
        assertThat(clients.asked).isEmpty();
    }

    @Test
    void disconnectsForNestingThatIsTooDeep() {
        peer.connected();
        String deep = "[".repeat(100_000);

        peer.send("{\"id\":2,\"publish\":{\"channel\":\"a\",\"data\":" + deep);

        assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
    }

    @Test
    void takesNestingThatIsNot() {
        peer.connected();
        String deep = "[".repeat(400) + "]".repeat(400);

        assertThat(peer.ask("{\"id\":2,\"publish\":{\"channel\":\"a\",\"data\":" + deep + "}}"))
                .containsExactly("{\"id\":2,\"publish\":{}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':1,'subscribe':{'channel':'a'}}",
                "{'id':1,'publish':{'channel':'a','data':1}}",
                "{'id':1,'ping':{}}",
                "{'send':{'data':1}}",
                "{}",
                "{'connect':{}}",
                "{'id':1,'connect':[]}",
            })
    void disconnectsWhoeverDoesNotConnectFirst(String command) {
        assertThat(peer.ask(command.replace('\'', '"'))).isEmpty();
        assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
        assertThat(clients.spec).isNull();
    }

    @Test
    void disconnectsWhoeverBringsAToken() {
        assertThat(peer.ask("{\"id\":1,\"connect\":{\"token\":\"x.y.z\"}}")).isEmpty();
        assertThat(peer.closedWith).containsExactly(CloseReason.INVALID_TOKEN);
        assertThat(clients.spec).isNull();
    }

    @Test
    void makesAClientWithTheAdministratorsKeyAnAdministrator() {
        protocol.keys = new Keys("api-key", "admin-key");

        assertThat(peer.ask("{\"id\":1,\"connect\":{\"token\":\"admin-key\"}}")).hasSize(1);

        assertThat(clients.spec.roles()).containsExactly("admin");
        assertThat(clients.spec.user()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-key", "admin-ke", "admin-key2"})
    void refusesEveryOtherTokenAlsoTheKeyOfTheApi(String token) {
        protocol.keys = new Keys("api-key", "admin-key");

        assertThat(peer.ask("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}")).isEmpty();

        assertThat(peer.closedWith).containsExactly(CloseReason.INVALID_TOKEN);
        assertThat(clients.spec).isNull();
    }

    @Test
    void givesAClientWithoutATokenNoRole() {
        protocol.keys = new Keys("api-key", "");

        peer.connected();

        assertThat(clients.spec.roles()).isEmpty();
    }

    @Test
    void disconnectsWhoeverSendsWhatNobodyTakes() {
        peer.connected();

        assertThat(peer.ask("{\"send\":{\"data\":1}}")).isEmpty();
        assertThat(peer.closedWith).containsExactly(new CloseReason(3508, "not available"));
    }

    @Test
    void disconnectsForARefreshOfASubscriptionThatDoesNotExpire() {
        peer.connected();
        peer.ask("{\"id\":2,\"subscribe\":{\"channel\":\"a\"}}");

        assertThat(peer.ask("{\"id\":3,\"sub_refresh\":{\"channel\":\"a\",\"token\":\"x\"}}"))
                .isEmpty();
        assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
    }

    @Test
    void answersAPingOfTheClient() {
        peer.connected();

        assertThat(peer.ask("{\"id\":5,\"ping\":{}}")).containsExactly("{\"id\":5,\"ping\":{}}");
    }

    @Test
    void takesSeveralCommandsInAFrameAndRepliesInOne() {
        peer.send(
                """
                {"id":1,"connect":{}}\r
                {"id":2,"publish":{"channel":"a","data":1}}
                {"id":3,"publish":{"channel":"a","data":2}}
                {"id":4,"rpc":{}}
                """);

        assertThat(peer.frames())
                .containsExactly(
                        "{\"id\":1,\"connect\":{\"client\":\"c1\",\"ping\":25,\"pong\":true}}",
                        "{\"id\":2,\"publish\":{}}\n{\"id\":3,\"publish\":{}}\n"
                                + "{\"id\":4,\"error\":{\"code\":104,\"message\":\"method not"
                                + " found\"}}");
        assertThat(clients.asked)
                .containsExactly("publish a application/json 1", "publish a application/json 2");
    }

    @Test
    void stopsReadingAFrameAtTheFirstFault() {
        peer.connected();

        assertThat(
                        peer.ask(
                                "{\"id\":2,\"publish\":{\"channel\":\"a\",\"data\":1}}\nx\n"
                                        + "{\"id\":3,\"publish\":{\"channel\":\"a\",\"data\":2}}"))
                .containsExactly("{\"id\":2,\"publish\":{}}");
        assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
        assertThat(clients.asked).hasSize(1);
    }

    @Test
    void takesOneLineBreakAtTheEndOfAFrameAndNoMore() {
        peer.connected();

        assertThat(peer.ask("{\"id\":2,\"ping\":{}}\n")).hasSize(1);
        assertThat(peer.isClosed()).isFalse();
        assertThat(peer.ask("{\"id\":3,\"ping\":{}}\n\n")).hasSize(1);
        assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
    }

    @Test
    void flushesRepliesWhenEverythingWasReceived() {
        peer.connected();

        peer.sendWithoutEnd("{\"id\":2,\"ping\":{}}");
        peer.sendWithoutEnd("{\"id\":3,\"ping\":{}}");
        assertThat(peer.frames()).isEmpty();

        peer.conversation().readComplete();
        assertThat(peer.frames()) // two frames, one write
                .containsExactly("{\"id\":2,\"ping\":{}}\n{\"id\":3,\"ping\":{}}");
    }

    @Test
    void sendsRepliesThatComeLaterInTheSameTurn() {
        peer.connected();
        List<Runnable> later = new ArrayList<>();
        clients.later = Optional.of(later);

        peer.send("{\"id\":2,\"presence\":{\"channel\":\"a\"}}");
        peer.send("{\"id\":3,\"presence\":{\"channel\":\"a\"}}");
        later.forEach(Runnable::run);

        assertThat(peer.frames()).hasSize(2);
    }

    @Test
    void forgetsRepliesThatComeAfterTheEnd() {
        peer.connected();
        List<Runnable> later = new ArrayList<>();
        clients.later = Optional.of(later);
        peer.ask("{\"id\":2,\"subscribe\":{\"channel\":\"a\"}}");

        peer.conversation().end(CloseReason.SHUTDOWN);
        later.forEach(Runnable::run);

        assertThat(peer.frames()).isEmpty();
        assertThat(peer.closedWith).containsExactly(CloseReason.SHUTDOWN);
    }

    @Test
    void repliesToASubscribeBeforeTheFirstDelivery() {
        peer.connected();
        clients.deliversAtOnce = true;

        assertThat(
                        peer.ask(
                                """
                                {"id":2,"ping":{}}
                                {"id":3,"subscribe":{"channel":"a"}}
                                {"id":4,"ping":{}}
                                """))
                .containsExactly(
                        "{\"id\":2,\"ping\":{}}",
                        "{\"id\":3,\"subscribe\":{}}",
                        "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":1,"
                                + "\"info\":{\"user\":\"ann\",\"client\":\"c1\"}}}}",
                        "{\"id\":4,\"ping\":{}}");
    }

    @Test
    void tellsWhereARecoverableSubscriptionBegins() {
        peer.connected();
        clients.begin = new Subscribed(FakeClients.TOP, true, false, false, List.of());

        assertThat(peer.ask("{\"id\":2,\"subscribe\":{\"channel\":\"a\"}}"))
                .containsExactly(
                        "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"e1\","
                                + "\"offset\":7,\"positioned\":true}}");
    }

    @Test
    void sendsWhatWasMissed() {
        peer.connected();
        clients.begin =
                new Subscribed(
                        FakeClients.TOP,
                        true,
                        true,
                        true,
                        List.of(
                                FakeClients.message("a", "6", 6),
                                FakeClients.message("a", "7", 7)));

        assertThat(
                        peer.ask(
                                "{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"recover\":true,"
                                        + "\"offset\":5,\"epoch\":\"e1\"}}"))
                .containsExactly(
                        "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"e1\","
                                + "\"publications\":[{\"data\":6,\"info\":{\"user\":\"ann\","
                                + "\"client\":\"c1\"},\"offset\":6},{\"data\":7,\"info\":"
                                + "{\"user\":\"ann\",\"client\":\"c1\"},\"offset\":7}],"
                                + "\"recovered\":true,\"offset\":5,\"positioned\":true,"
                                + "\"was_recovering\":true}}");
    }

    @Test
    void saysThatNotEverythingCouldBeRecovered() {
        peer.connected();
        clients.begin = new Subscribed(FakeClients.TOP, true, true, false, List.of());

        assertThat(
                        peer.ask(
                                "{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"recover\":true,"
                                        + "\"offset\":1,\"epoch\":\"old\"}}"))
                .containsExactly(
                        "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"e1\","
                                + "\"offset\":7,\"positioned\":true,\"was_recovering\":true}}");
    }

    @Test
    void refusesWhatCannotBeRecoveredWhereTheClientWantsThat() {
        peer.connected();
        clients.begin = new Subscribed(FakeClients.TOP, true, true, false, List.of());

        assertThat(
                        peer.ask(
                                "{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"recover\":true,"
                                        + "\"offset\":1,\"epoch\":\"old\",\"flag\":2}}"))
                .containsExactly(
                        "{\"id\":2,\"error\":{\"code\":112,\"message\":\"unrecoverable"
                                + " position\"}}");
        assertThat(clients.channels).isEmpty();
    }

    @Test
    void tellsOfChannelsThatTheServerChoseWhenConnecting() {
        clients.whileOpening =
                () -> {
                    clients.outlet.subscribed("all", FakeClients.PLAIN);
                    clients.outlet.subscribed("gone", FakeClients.PLAIN);
                    clients.outlet.subscribed(
                            "news", new Subscribed(FakeClients.TOP, true, false, false, List.of()));
                    clients.outlet.unsubscribed("gone");
                };

        assertThat(peer.ask("{\"id\":1,\"connect\":{}}"))
                .containsExactly(
                        "{\"id\":1,\"connect\":{\"client\":\"c1\",\"subs\":{\"all\":{},\"news\":"
                                + "{\"recoverable\":true,\"epoch\":\"e1\",\"offset\":7,"
                                + "\"positioned\":true}},\"ping\":25,\"pong\":true}}");
    }

    @Test
    void pushesChannelsThatTheServerChoosesLater() {
        peer.connected();

        clients.outlet.subscribed("all", FakeClients.PLAIN);
        clients.outlet.subscribed(
                "news", new Subscribed(new StreamPosition(7, "e1"), true, false, false, List.of()));
        clients.outlet.unsubscribed("all");

        assertThat(peer.frames())
                .containsExactly(
                        "{\"push\":{\"channel\":\"all\",\"subscribe\":{}}}",
                        "{\"push\":{\"channel\":\"news\",\"subscribe\":{\"recoverable\":true,"
                                + "\"epoch\":\"e1\",\"offset\":7,\"positioned\":true}}}",
                        "{\"push\":{\"channel\":\"all\",\"unsubscribe\":{\"code\":2000,"
                                + "\"reason\":\"server unsubscribe\"}}}");
    }

    @Test
    void endsWhenTheServerWantsIt() {
        peer.connected();

        clients.outlet.disconnect(CloseReason.SLOW);

        assertThat(peer.frames()).isEmpty(); // the close code says it
        assertThat(peer.closedWith).containsExactly(CloseReason.SLOW);
        assertThat(clients.closed).isTrue();
    }

    @Test
    void endsWhenTheServerWantsItWhileConnecting() {
        clients.whileOpening = () -> clients.outlet.disconnect(CloseReason.CONNECTION_LIMIT);

        assertThat(peer.ask("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"ping\":{}}")).isEmpty();
        assertThat(peer.closedWith).containsExactly(CloseReason.CONNECTION_LIMIT);
        assertThat(clients.closed).isTrue();
    }

    @Test
    void endsWhenTheManagerBreaks() {
        clients.whileOpening =
                () -> {
                    throw new IllegalStateException("a bug");
                };

        assertThat(peer.ask("{\"id\":1,\"connect\":{}}")).isEmpty();
        assertThat(peer.closedWith).containsExactly(CloseReason.INTERNAL_ERROR);
    }

    @Test
    void leavesItsChannelsWhenTheTransportIsGone() {
        peer.connected();

        peer.conversation().closed();
        peer.conversation().closed();

        assertThat(clients.closed).isTrue();
        assertThat(peer.isClosed()).isFalse();
        assertThat(peer.ask("{\"id\":2,\"ping\":{}}")).isEmpty();
    }

    @Test
    void disconnectsAPeerThatDoesNotReadItsReplies() {
        var settings =
                new CentrifugeProtocol.Settings(
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        300,
                        100_000);
        try (var flood = Peer.webSocket(new CentrifugeProtocol(clients, new Node(), settings))) {
            flood.connected();
            flood.channel.pipeline().addFirst(new Stalled());
            String command = "{\"id\":2,\"presence\":{\"channel\":\"a\"}}\n";

            int frames = 0;
            while (!flood.isClosed() && frames < 1000) {
                flood.send(command.repeat(100));
                frames++;
            }

            assertThat(flood.closedWith).containsExactly(CloseReason.SLOW);
            assertThat(frames).isLessThan(100);
        }
    }

    /** Opens even with an empty key, which must never be asked for. */
    private record Keys(String api, String admin) implements ServerKeys {
        @Override
        public boolean opensApi(String candidate) {
            return candidate.equals(api);
        }

        @Override
        public boolean opensAdmin(String candidate) {
            return candidate.equals(admin);
        }
    }
}

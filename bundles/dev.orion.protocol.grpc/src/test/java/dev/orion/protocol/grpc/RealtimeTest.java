// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.HistoryQuery;
import dev.orion.v1.RealtimeProto;
import dev.orion.v1.RealtimeProto.BroadcastRequest;
import dev.orion.v1.RealtimeProto.ConnectRequest;
import dev.orion.v1.RealtimeProto.ConnectResponse;
import dev.orion.v1.RealtimeProto.HistoryRequest;
import dev.orion.v1.RealtimeProto.Position;
import dev.orion.v1.RealtimeProto.PresenceRequest;
import dev.orion.v1.RealtimeProto.PublishRequest;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.UnsubscribeRequest;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code orion.v1.Realtime}, with grpc-java as its client. */
class RealtimeTest {

    private final GrpcServer server = new GrpcServer();
    private final Realtime client = new Realtime(server.port());

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static PublishRequest text(String channel, String text) {
        return CallsTest.publish(channel, text);
    }

    private static PublishRequest publish(String channel, RealtimeProto.Payload.Builder payload) {
        return PublishRequest.newBuilder()
                .setChannel(channel)
                .setPublication(RealtimeProto.Publication.newBuilder().setPayload(payload))
                .build();
    }

    private Message last(String channel) throws Exception {
        List<Message> all =
                server.realtime
                        .history(channel, HistoryQuery.ALL)
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS)
                        .messages();
        return all.get(all.size() - 1);
    }

    @Test
    void publishTellsTheMessagesPlace() {
        assertThat(client.call(Realtime.PUBLISH, text("a", "1")).getPosition().getOffset())
                .isEqualTo(1);
        assertThat(client.call(Realtime.PUBLISH, text("a", "2")).getPosition())
                .isEqualTo(Position.newBuilder().setOffset(2).setEpoch("e1").build());
    }

    @Test
    void publishKeepsWhatThePayloadIs() throws Exception {
        client.call(Realtime.PUBLISH, publish("a", json("{\"a\": 1}")));
        assertThat(last("a").payload()).isEqualTo(Payload.json("{\"a\": 1}"));

        client.call(Realtime.PUBLISH, text("a", "hi"));
        assertThat(last("a").payload()).isEqualTo(Payload.text("hi"));
        assertThat(last("a").publication().declaredText()).isTrue();

        client.call(
                Realtime.PUBLISH,
                publish(
                        "a",
                        RealtimeProto.Payload.newBuilder()
                                .setBinary(ByteString.copyFrom(new byte[] {0, -1}))
                                .setContentType("image/x")));
        assertThat(last("a").payload()).isEqualTo(Payload.untrusted(new byte[] {0, -1}, "image/x"));
    }

    @Test
    void publishKeepsHeadersRetainAndExpiry() throws Exception {
        var publication =
                RealtimeProto.Publication.newBuilder()
                        .setPayload(RealtimeProto.Payload.newBuilder().setText("x"))
                        .setRetain(true)
                        .setExpiresAfterMs(1500)
                        .addHeaders(RealtimeProto.Header.newBuilder().setName("n").setValue("1"))
                        .addHeaders(RealtimeProto.Header.newBuilder().setName("n").setValue("2"));
        client.call(
                Realtime.PUBLISH,
                PublishRequest.newBuilder().setChannel("a").setPublication(publication).build());

        Publication kept = last("a").publication();
        assertThat(kept.retain()).isTrue();
        assertThat(kept.expiry().orElseThrow()).hasMillis(1500);
        assertThat(kept.headers())
                .isEqualTo(
                        Headers.of(
                                List.of(
                                        new Headers.Header("n", "1"),
                                        new Headers.Header("n", "2"))));
    }

    private static RealtimeProto.Payload.Builder json(String json) {
        return RealtimeProto.Payload.newBuilder().setJson(json);
    }

    @Test
    void publishRefusesWhatIsNoPublication() {
        assertCode(Code.INVALID_ARGUMENT, publish("a", json("{")));
        assertCode(Code.INVALID_ARGUMENT, PublishRequest.newBuilder().setChannel("a").build());
        assertCode(Code.INVALID_ARGUMENT, text("", "x"));
    }

    private void assertCode(Code code, PublishRequest request) {
        assertThatThrownBy(() -> client.call(Realtime.PUBLISH, request))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(code));
    }

    @Test
    void refusalsComeWithTheirCode() {
        assertThatThrownBy(() -> client.call(Realtime.PUBLISH, text("no", "x")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> {
                            assertThat(failure.getStatus().getCode())
                                    .isEqualTo(Code.PERMISSION_DENIED);
                            byte[] error =
                                    failure.getTrailers()
                                            .get(
                                                    Metadata.Key.of(
                                                            "orion-error-bin",
                                                            Metadata.BINARY_BYTE_MARSHALLER));
                            assertThat(error).isNotEmpty();
                        });
    }

    @Test
    void aKeyGivesTheServersRightsOrTheAdministratorsRole() throws Exception {
        try (var api = new Realtime(server.port(), "api");
                var admin = new Realtime(server.port(), "admin");
                var wrong = new Realtime(server.port(), "wrong")) {
            api.call(Realtime.PUBLISH, text("no", "x"));
            assertThat(last("no").origin()).isEqualTo(new Origin("", "", "grpc"));
            admin.call(Realtime.PUBLISH, text("no", "y"));
            assertThat(last("no").origin()).isEqualTo(new Origin("c1", "", "grpc"));
            assertThatThrownBy(() -> wrong.call(Realtime.PUBLISH, text("a", "x")))
                    .hasMessageStartingWith("UNAUTHENTICATED");
        }
    }

    @Test
    void broadcastHasAResultForEachChannel() {
        var publication =
                RealtimeProto.Publication.newBuilder()
                        .setPayload(RealtimeProto.Payload.newBuilder().setText("x"));
        var request =
                BroadcastRequest.newBuilder()
                        .addAllChannels(List.of("a", "no", "b"))
                        .setPublication(publication)
                        .build();

        var results = client.call(Realtime.BROADCAST, request).getResultsList();

        assertThat(results).hasSize(3);
        assertThat(results.get(0).getPublished().getPosition().getOffset()).isEqualTo(1);
        assertThat(results.get(1).getError().getCode()).isEqualTo(103);
        assertThat(results.get(2).hasPublished()).isTrue();
        assertThatThrownBy(
                        () ->
                                client.call(
                                        Realtime.BROADCAST,
                                        request.toBuilder().clearChannels().build()))
                .hasMessageStartingWith("INVALID_ARGUMENT");
    }

    @Test
    void presenceAndHistoryTellWhatIsThere() {
        client.call(Realtime.PUBLISH, text("a", "1"));
        client.call(Realtime.PUBLISH, text("a", "2"));

        var presence =
                client.call(
                        Realtime.PRESENCE, PresenceRequest.newBuilder().setChannel("a").build());
        assertThat(presence.getMembers(0).getUser()).isEqualTo("ann");

        var all =
                client.call(Realtime.HISTORY, HistoryRequest.newBuilder().setChannel("a").build());
        assertThat(all.getMessagesList())
                .extracting(message -> message.getPayload().getText())
                .containsExactly("1", "2");
        var none =
                client.call(
                        Realtime.HISTORY,
                        HistoryRequest.newBuilder().setChannel("a").setLimit(0).build());
        assertThat(none.getMessagesCount()).isZero();
        assertThat(none.getTop().getOffset()).isEqualTo(2);
    }

    @Test
    void historyThatIsNotKeptIsAFailedPrecondition() {
        try (var api = new Realtime(server.port(), "api")) {
            assertThatThrownBy(
                            () ->
                                    api.call(
                                            Realtime.HISTORY,
                                            HistoryRequest.newBuilder().setChannel("none").build()))
                    .hasMessageStartingWith("FAILED_PRECONDITION");
        }
    }

    @Test
    void subscribeBringsWhatComes() throws Exception {
        var heard = client.subscribe(SubscribeRequest.newBuilder().setChannel("a").build());
        assertThat(heard.next().getSubscribed().getRecoverable()).isTrue();

        server.realtime.publish(
                "a", Publication.of(Payload.json("{\"n\":1}")), new Origin("c9", "bob", "mqtt"));

        var message = heard.next().getMessage();
        assertThat(message.getChannel()).isEqualTo("a");
        assertThat(message.getPayload().getJson()).isEqualTo("{\"n\":1}");
        assertThat(message.getOrigin().getUser()).isEqualTo("bob");
        assertThat(message.getPosition().getOffset()).isEqualTo(1);
        assertThat(message.getTimeMs()).isEqualTo(1_000);
        heard.cancel();
        server.realtime.clients.get(0).closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void subscribeBringsWhatWasMissed() throws Exception {
        client.call(Realtime.PUBLISH, text("a", "1"));
        client.call(Realtime.PUBLISH, text("a", "2"));
        var from = Position.newBuilder().setOffset(1).setEpoch("e1");

        var heard =
                client.subscribe(
                        SubscribeRequest.newBuilder().setChannel("a").setRecoverFrom(from).build());

        var begin = heard.next().getSubscribed();
        assertThat(begin.getRecovered()).isTrue();
        assertThat(begin.getMissed()).isEqualTo(1);
        assertThat(heard.next().getMessage().getPayload().getText()).isEqualTo("2");
    }

    @Test
    void subscribeThatMustRecoverAndCannotIsOutOfRange() throws Exception {
        var from = Position.newBuilder().setOffset(1).setEpoch("another");
        var request =
                SubscribeRequest.newBuilder()
                        .setChannel("a")
                        .setRecoverFrom(from)
                        .setMustRecover(true)
                        .build();

        assertThat(client.subscribe(request).status().getCode()).isEqualTo(Code.OUT_OF_RANGE);
    }

    @Test
    void subscribeThatIsRefusedEnds() throws Exception {
        var heard = client.subscribe(SubscribeRequest.newBuilder().setChannel("no").build());

        assertThat(heard.status().getCode()).isEqualTo(Code.PERMISSION_DENIED);
        server.realtime.clients.get(0).closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void streamsSayWhyTheServerEndsThem() throws Exception {
        var heard = client.subscribe(SubscribeRequest.newBuilder().setChannel("a").build());
        heard.next();
        server.realtime.disconnect("", Optional.empty(), CloseReason.SLOW);
        assertThat(heard.status().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);

        var again = client.subscribe(SubscribeRequest.newBuilder().setChannel("a").build());
        again.next();
        server.goAway();
        assertThat(again.status().getCode()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void connectAnswersCommandsAndBringsWhatComes() throws Exception {
        var heard = client.connect();
        assertThat(heard.next().getConnected().getClient()).isEqualTo("c1");

        heard.commands.onNext(
                command(1).setSubscribe(SubscribeRequest.newBuilder().setChannel("a")).build());
        assertThat(heard.next().getReply().getSubscribed().getChannel()).isEqualTo("a");

        heard.commands.onNext(command(0).setPublish(text("a", "x")).build());
        assertThat(heard.next().getMessage().getPayload().getText()).isEqualTo("x");

        heard.commands.onNext(command(2).setPublish(text("no", "x")).build());
        ConnectResponse refused = heard.next();
        assertThat(refused.getReply().getId()).isEqualTo(2);
        assertThat(refused.getReply().getError().getCode()).isEqualTo(103);

        heard.commands.onNext(
                command(3).setHistory(HistoryRequest.newBuilder().setChannel("a")).build());
        assertThat(heard.next().getReply().getHistory().getMessagesCount()).isEqualTo(1);

        heard.commands.onNext(
                command(4).setPresence(PresenceRequest.newBuilder().setChannel("a")).build());
        assertThat(heard.next().getReply().getPresence().getMembersCount()).isEqualTo(1);

        heard.commands.onNext(
                command(5).setUnsubscribe(UnsubscribeRequest.newBuilder().setChannel("a")).build());
        assertThat(heard.next().getReply().getUnsubscribed().getChannel()).isEqualTo("a");

        heard.cancel();
        server.realtime.clients.get(0).closed.get(10, TimeUnit.SECONDS);
    }

    private static ConnectRequest.Builder command(int id) {
        return ConnectRequest.newBuilder().setId(id);
    }

    @Test
    void connectEndsOverACommandThatIsNone() throws Exception {
        var heard = client.connect();
        heard.next();
        heard.commands.onNext(command(1).build());

        assertThat(heard.status().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void deliveriesHaveTheSameBytesForSubscribeAndConnect() throws Exception {
        var message =
                new Message(
                        "a",
                        Publication.of(
                                Payload.untrusted(
                                        "text".getBytes(StandardCharsets.UTF_8), "text/x")),
                        Origin.HOST,
                        7,
                        0,
                        "");
        var out = io.netty.buffer.Unpooled.buffer();
        GrpcForm.INSTANCE.publication(message, out);
        out.skipBytes(5);
        byte[] bytes = io.netty.buffer.ByteBufUtil.getBytes(out);

        var asSubscribe = RealtimeProto.SubscribeResponse.parseFrom(bytes).getMessage();
        assertThat(ConnectResponse.parseFrom(bytes).getMessage()).isEqualTo(asSubscribe);
        assertThat(asSubscribe.getPayload().getText()).isEqualTo("text");
        assertThat(asSubscribe.getPayload().getContentType()).isEqualTo("text/x");
        assertThat(asSubscribe.hasPosition()).isFalse();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.orion.v1.RealtimeProto.Payload;
import dev.orion.v1.RealtimeProto.Publication;
import dev.orion.v1.RealtimeProto.PublishRequest;
import dev.orion.v1.RealtimeProto.PublishResponse;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC over HTTP/2, byte by byte; tests are named after the parts of PROTOCOL-HTTP2.md. */
class CallsTest {

    private static final String PUBLISH = "/orion.v1.Realtime/Publish";
    private static final byte[] HELLO = message(publish("a", "hello"));

    private static GrpcServer server;
    private static RawPeer peer;

    @BeforeAll
    static void start() {
        server = new GrpcServer();
        peer = new RawPeer(server.port());
    }

    @AfterAll
    static void stop() {
        peer.close();
        server.close();
    }

    static PublishRequest publish(String channel, String text) {
        return PublishRequest.newBuilder()
                .setChannel(channel)
                .setPublication(
                        Publication.newBuilder().setPayload(Payload.newBuilder().setText(text)))
                .build();
    }

    static byte[] message(MessageLite message) {
        return framed(0, message.toByteArray());
    }

    static byte[] framed(int flag, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) flag)
                .putInt(message.length)
                .put(message)
                .array();
    }

    static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return out.toByteArray();
    }

    @Test
    void responses_areAHeadAMessageAndTrailers() throws Exception {
        var call = peer.call(RawPeer.head(PUBLISH), HELLO);

        assertThat(call.status()).isEqualTo("200/0");
        assertThat(call.head.get().get("content-type")).hasToString("application/grpc");
        assertThat(call.head.get().get("grpc-accept-encoding")).hasToString("identity,gzip");
        byte[] data = call.data();
        assertThat(ByteBuffer.wrap(data).getInt(1)).isEqualTo(data.length - 5);
        var answer = PublishResponse.parseFrom(Arrays.copyOfRange(data, 5, data.length));
        assertThat(answer.getPosition().getEpoch()).isEqualTo("e1");
    }

    @ParameterizedTest
    @CsvSource({
        "content-type,text/plain,415",
        "content-type,application/grpc+json,415",
        "content-type,'',415",
        "te,'',400",
        ":method,GET,405"
    })
    void requests_thatAreNoCallsAreAnsweredAsHttp(String field, String value, String status)
            throws Exception {
        var call = peer.begin(RawPeer.head(PUBLISH, field, value), true);

        assertThat(call.status()).isEqualTo(status + "/null");
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":scheme", ":path"})
    void requests_thatAreMalformedAreResetByTheirFault(String missing) throws Exception {
        var call = peer.begin(RawPeer.head(PUBLISH, missing, ""), true);

        assertThat(call.reset.get(10, TimeUnit.SECONDS)).isEqualTo(Http2Error.PROTOCOL_ERROR);
    }

    @Test
    void requests_withABodyOfAnotherLengthAreResetByTheirFault() throws Exception {
        var call = peer.call(RawPeer.head(PUBLISH, "content-length", "1000"), HELLO);

        assertThat(call.reset.get(10, TimeUnit.SECONDS)).isEqualTo(Http2Error.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @CsvSource({
        "/orion.v1.Realtime/Nothing,12",
        "/nobody.Here/Publish,12",
        "/,12",
        "/orion.v1.Realtime/Publish/,12"
    })
    void path_thatNobodyKnowsIsUnimplemented(String path, String status) throws Exception {
        var call = peer.begin(RawPeer.head(path), true);

        assertThat(call.status()).isEqualTo("200/" + status);
        assertThat(call.head.get()).isSameAs(call.end.get()); // Trailers-Only
    }

    @Test
    void timeout_thatIsNoneEndsTheCall() throws Exception {
        assertThat(peer.begin(RawPeer.head(PUBLISH, "grpc-timeout", "soon"), false).status())
                .isEqualTo("200/13");
    }

    @Test
    void timeout_endsTheCallWithoutTheClientsHelp() throws Exception {
        assertThat(peer.begin(RawPeer.head(PUBLISH, "grpc-timeout", "20m"), false).status())
                .isEqualTo("200/4");
        assertThat(peer.begin(RawPeer.head(PUBLISH, "grpc-timeout", "0S"), false).status())
                .isEqualTo("200/4");
    }

    @Test
    void messageEncoding_gzipIsRead() throws Exception {
        byte[] zipped = framed(1, gzip(publish("zipped", "hello").toByteArray()));

        assertThat(peer.call(RawPeer.head(PUBLISH, "grpc-encoding", "gzip"), zipped).status())
                .isEqualTo("200/0");
        assertThat(peer.call(RawPeer.head(PUBLISH, "grpc-encoding", "gzip"), HELLO).status())
                .isEqualTo("200/0");
    }

    @Test
    void messageEncoding_thatIsUnknownIsUnimplementedAndToldWhichIsNot() throws Exception {
        var call = peer.call(RawPeer.head(PUBLISH, "grpc-encoding", "snappy"), HELLO);

        assertThat(call.status()).isEqualTo("200/12");
        assertThat(call.head.get().get("grpc-accept-encoding")).hasToString("identity,gzip");
    }

    @Test
    void compressedFlag_withoutAnEncodingIsInternal() throws Exception {
        byte[] zipped = framed(1, gzip(HELLO));

        assertThat(peer.call(RawPeer.head(PUBLISH), zipped).status()).isEqualTo("200/13");
        assertThat(peer.call(RawPeer.head(PUBLISH, "grpc-encoding", "identity"), zipped).status())
                .isEqualTo("200/13");
        assertThat(peer.call(RawPeer.head(PUBLISH), framed(2, new byte[1])).status())
                .isEqualTo("200/13");
    }

    @Test
    void messageLength_isBoundedBeforeAndAfterCompression() throws Exception {
        byte[] claim = {0, 0x7f, 0, 0, 0};
        byte[] bomb = framed(1, gzip(new byte[50_000_000]));

        assertThat(peer.call(RawPeer.head(PUBLISH), claim).status()).isEqualTo("200/8");
        assertThat(peer.call(RawPeer.head(PUBLISH, "grpc-encoding", "gzip"), bomb).status())
                .isEqualTo("200/8");
    }

    @Test
    void message_thatDoesNotEndIsInternal() throws Exception {
        assertThat(peer.call(RawPeer.head(PUBLISH), Arrays.copyOf(HELLO, 9)).status())
                .isEqualTo("200/13");
        assertThat(peer.call(RawPeer.head(PUBLISH), framed(0, new byte[] {-1, -1})).status())
                .isEqualTo("200/13");
    }

    @Test
    void unary_wantsOneMessage() throws Exception {
        byte[] two = Arrays.copyOf(HELLO, HELLO.length * 2);
        System.arraycopy(HELLO, 0, two, HELLO.length, HELLO.length);

        assertThat(peer.begin(RawPeer.head(PUBLISH), true).status()).isEqualTo("200/13");
        assertThat(peer.call(RawPeer.head(PUBLISH), two).status()).isEqualTo("200/13");
    }

    @Test
    void answer_beforeTheEndOfTheRequestIsFollowedByAReset() throws Exception {
        var call = peer.begin(RawPeer.head(PUBLISH, "x-api-key", "wrong"), false);
        call.send(HELLO, false);
        call.send(HELLO, false);

        assertThat(call.status()).isEqualTo("200/13");
        assertThat(call.reset.get(10, TimeUnit.SECONDS)).isEqualTo(Http2Error.NO_ERROR);
    }

    @Test
    void request_mayBeCutAnywhere() throws Exception {
        for (int cut = 0; cut <= HELLO.length; cut++) {
            var call = peer.begin(RawPeer.head(PUBLISH), false);
            call.send(Arrays.copyOf(HELLO, cut), false);
            call.send(Arrays.copyOfRange(HELLO, cut, HELLO.length), cut % 2 == 0);
            if (cut % 2 == 1) {
                call.send(new byte[0], true);
            }
            assertThat(call.status()).isEqualTo("200/0");
        }
    }

    @Test
    void fuzz_everyRequestHasAnAnswerAndTheConnectionStays() throws Exception {
        var random = new Random(20_251);
        byte[] zipped = framed(1, gzip(publish("zipped", "hello").toByteArray()));
        for (int i = 0; i < 400; i++) {
            byte[] request = (random.nextBoolean() ? HELLO : zipped).clone();
            for (int bad = random.nextInt(4); bad > 0; bad--) {
                request[random.nextInt(request.length)] = (byte) random.nextInt();
            }
            request = Arrays.copyOf(request, random.nextInt(request.length + 8));
            String encoding = random.nextBoolean() ? "gzip" : "identity";
            var call = peer.call(RawPeer.head(PUBLISH, "grpc-encoding", encoding), request);
            assertThat(call.status()).matches("200/(0|3|8|13)");
        }
        assertThat(server.server.connections()).hasSize(1);
    }

    @Test
    void cancel_letsTheClientOfAStreamGo() throws Exception {
        int before = server.realtime.clients.size();
        var call = peer.begin(RawPeer.head("/orion.v1.Realtime/Connect"), false);
        call.head.get(10, TimeUnit.SECONDS);
        call.reset(Http2Error.CANCEL);

        server.realtime.clients.get(before).closed.get(10, TimeUnit.SECONDS);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.realtime.Refusal;
import dev.orion.v1.RealtimeProto;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of calls, by the names that PROTOCOL-HTTP2.md gives their parts. */
class GrpcFieldsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc",
                "application/grpc+proto",
                "application/grpc;charset=utf-8",
                "application/grpc+proto; a=b",
                "APPLICATION/GRPC"
            })
    void contentType_isOursWhereItIsGrpcWithProtocolBuffers(String type) {
        assertThat(GrpcFields.isGrpc(type)).isTrue();
        assertThat(GrpcFields.isProto(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc+json", "application/grpc+prototype"})
    void contentType_isGrpcAndNotOursWhereTheFormatIsAnother(String type) {
        assertThat(GrpcFields.isGrpc(type)).isTrue();
        assertThat(GrpcFields.isProto(type)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/grpc-web", "application/grp", "text/plain"})
    void contentType_isNotGrpc(String type) {
        assertThat(GrpcFields.isGrpc(type)).isFalse();
        assertThat(GrpcFields.isGrpc(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1H,3600000",
        "2M,120000",
        "3S,3000",
        "4m,4",
        "5u,1",
        "1000u,1",
        "1001u,2",
        "6n,1",
        "99999999H,359999996400000",
        "0S,0",
        "00000001S,1000"
    })
    void timeout_isReadInAllUnits(String text, long ms) {
        assertThat(GrpcFields.timeoutMs(text)).isEqualTo(ms);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "1", "1s", "1h", "-1S", "1.5S", "123456789S", " 1S", "1S "})
    void timeout_isRefusedInAnyOtherForm(String text) {
        assertThatThrownBy(() -> GrpcFields.timeoutMs(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeout_isNoneWhereThereIsNone() {
        assertThat(GrpcFields.timeoutMs(null)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"5,5m", "99999999,99999999m", "100000000,100000S", "400000000000000,111111111H"})
    void timeout_isWrittenWithAtMostEightDigitsWhereThatIsPossible(long ms, String text) {
        assertThat(GrpcFields.timeout(ms)).isEqualTo(text);
    }

    @Test
    void statusMessage_isPercentEncoded() {
        assertThat(GrpcFields.percent("a b~ 100%\n\u00e4\u4e2d"))
                .isEqualTo("a b~ 100%25%0A%C3%A4%E4%B8%AD");
        assertThat(GrpcFields.percent("x".repeat(5000))).hasSize(1024);
    }

    @Test
    void trailers_carryARefusalAsBinary() throws Exception {
        Http2Headers trailers = GrpcFields.end(Status.of(Refusal.PERMISSION_DENIED), false);

        assertThat(trailers.get("grpc-status")).hasToString("7");
        assertThat(trailers.get("grpc-message")).hasToString("permission denied");
        byte[] error = Base64.getDecoder().decode(trailers.get("orion-error-bin").toString());
        assertThat(RealtimeProto.Error.parseFrom(error).getCode()).isEqualTo(103);
        assertThat(trailers.status()).isNull();
    }

    @Test
    void trailersOnly_hasTheFieldsOfAHead() {
        Http2Headers only = GrpcFields.end(Status.SHUTDOWN, true);

        assertThat(only.status()).hasToString("200");
        assertThat(only.get("content-type")).hasToString("application/grpc");
        assertThat(only.get("grpc-status")).hasToString("14");
    }

    @Test
    void everyRefusalHasAStatus() {
        for (Refusal refusal : Refusal.values()) {
            assertThat(Status.of(refusal).code()).isNotIn(Code.OK, Code.UNKNOWN);
        }
    }
}

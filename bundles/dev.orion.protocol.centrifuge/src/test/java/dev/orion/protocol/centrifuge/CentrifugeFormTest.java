// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.protocol.Framing;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CentrifugeFormTest {

    private static final Origin CLIENT = new Origin("c1", "ann", "tcp");
    private static final Origin SERVER = new Origin("", "", "api");

    private final CentrifugeForm form = new CentrifugeForm(LineFraming.INSTANCE);

    @Test
    void writesEveryMemberInCentrifugosOrder() {
        assertThat(publication("a/b", Payload.json("{\"x\": 1}"), CLIENT, 9, Map.of("k", "v")))
                .isEqualTo(
                        "{\"push\":{\"channel\":\"a/b\",\"pub\":{\"data\":{\"x\": 1},\"info\":"
                                + "{\"user\":\"ann\",\"client\":\"c1\"},\"offset\":9,"
                                + "\"tags\":{\"k\":\"v\"}}}}\n");
    }

    @Test
    void omitsWhatIsNotThere() {
        assertThat(publication("a", Payload.json("null"), SERVER, 0, Map.of()))
                .isEqualTo("{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":null}}}\n");
    }

    @Test
    void writesOffsetsOfAnyLength() {
        for (long offset : new long[] {1, 9, 10, 99, 100, 12345678, (1L << 53) - 1}) {
            assertThat(publication("a", Payload.json("1"), SERVER, offset, Map.of()))
                    .contains("\"offset\":" + offset + "}");
        }
    }

    @Test
    void writesTextAsAString() {
        assertThat(data(Payload.text("a\"b\\c\nd\u0000\u001f\u007f gr\u00fc\u00df \ud83d\ude00")))
                .isEqualTo("\"a\\\"b\\\\c\\nd\\u0000\\u001f\u007f gr\u00fc\u00df \ud83d\ude00\"");
    }

    @Test
    void writesBytesThatAreTextAsAString() {
        assertThat(data(Payload.of(new byte[] {'h', 'i'}, Payload.BINARY))).isEqualTo("\"hi\"");
        assertThat(data(Payload.of(new byte[0], Payload.BINARY))).isEqualTo("\"\"");
    }

    @Test
    void writesOtherBytesInBase64() {
        assertThat(data(Payload.of(new byte[] {(byte) 0xff, 0, 1}, Payload.BINARY)))
                .isEqualTo("{\"base64\":\"/wAB\"}");
    }

    @Test
    void escapesNames() {
        assertThat(publication("\"\\\u00e9\ud83d\ude00", Payload.json("1"), SERVER, 0, Map.of()))
                .isEqualTo(
                        "{\"push\":{\"channel\":\"\\\"\\\\\u00e9\ud83d\ude00\","
                                + "\"pub\":{\"data\":1}}}\n");
        assertThat(
                        publication(
                                "a",
                                Payload.json("1"),
                                new Origin("c", "\"}\n\ud800", "tcp"),
                                0,
                                Map.of("\t", "\r\u0001")))
                .isEqualTo(
                        "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":1,\"info\":{\"user\":"
                                + "\"\\\"}\\n?\",\"client\":\"c\"},"
                                + "\"tags\":{\"\\t\":\"\\r\\u0001\"}}}}\n");
    }

    @Test
    void writesJoinsAndLeaves() {
        var member = new Member("c2", "bob");

        assertThat(written(out -> form.joined("a", member, out)))
                .isEqualTo(
                        "{\"push\":{\"channel\":\"a\",\"join\":{\"info\":{\"user\":\"bob\","
                                + "\"client\":\"c2\"}}}}\n");
        assertThat(written(out -> form.left("a", member, out)))
                .isEqualTo(
                        "{\"push\":{\"channel\":\"a\",\"leave\":{\"info\":{\"user\":\"bob\","
                                + "\"client\":\"c2\"}}}}\n");
    }

    @Test
    void isEqualWhereTheFramingIs() {
        Framing other = (payload, out) -> {};

        assertThat(form).isEqualTo(new CentrifugeForm(LineFraming.INSTANCE));
        assertThat(form).isNotEqualTo(new CentrifugeForm(other));
    }

    private String data(Payload payload) {
        String line = publication("a", payload, SERVER, 0, Map.of());
        String before = "{\"push\":{\"channel\":\"a\",\"pub\":{\"data\":";
        assertThat(line).startsWith(before).endsWith("}}}\n");
        return line.substring(before.length(), line.length() - 4);
    }

    private String publication(
            String channel,
            Payload payload,
            Origin origin,
            long offset,
            Map<String, String> headers) {
        var message =
                new Message(
                        channel,
                        Publication.of(payload, Headers.of(headers)),
                        origin,
                        0,
                        offset,
                        "");
        return written(out -> form.publication(message, out));
    }

    private static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer(4);
        try {
            writer.accept(out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }
}

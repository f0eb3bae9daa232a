// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Payload;
import dev.orion.net.CloseReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a peer sends, it gets a reply or is closed for a reason of the protocol's. */
class RobustnessTest {

    private static final List<String> SEEDS =
            List.of(
                    "{\"id\":2,\"subscribe\":{\"channel\":\"a/b\",\"recover\":true,\"offset\":5,"
                            + "\"epoch\":\"e1\",\"token\":\"\",\"delta\":\"fossil\",\"flag\":1}}",
                    "{\"id\":3,\"publish\":{\"channel\":\"a\",\"data\":{\"x\":[1,2.5e-3,null,true,"
                            + "\"gr\u00fc\u00df \\u00e9 \\\"\"]}}}",
                    "{\"id\":4,\"history\":{\"channel\":\"a\",\"limit\":5,\"since\":{\"offset\":1,"
                            + "\"epoch\":\"e\"},\"reverse\":true}}",
                    "{\"id\":5,\"presence\":{\"channel\":\"a\"}}",
                    "{\"id\":6,\"presence_stats\":{\"channel\":\"\u20ac\"}}",
                    "{\"id\":7,\"unsubscribe\":{\"channel\":\"a\"}}",
                    "{\"id\":8,\"rpc\":{\"method\":\"m\",\"data\":{}}}",
                    "{\"id\":9,\"sub_refresh\":{\"channel\":\"a\",\"token\":\"t\"}}",
                    "{\"id\":10,\"ping\":{}}",
                    "{\"send\":{\"data\":{}}}");

    private final FakeClients clients = new FakeClients();
    private final CentrifugeProtocol protocol =
            new CentrifugeProtocol(clients, new Node(), CommandsTest.SETTINGS);

    @Test
    void answersOrClosesWhateverComes() {
        var random = new Random(20261122);
        int replied = 0;
        int closed = 0;
        for (int i = 0; i < 1_500; i++) {
            byte[] frame = mutated(SEEDS.get(random.nextInt(SEEDS.size())), random);
            try (var peer = Peer.webSocket(protocol).connected()) {
                peer.send(frame);

                List<String> replies = peer.lines();
                assertThat(replies.size() + peer.closedWith.size())
                        .as(() -> new String(frame, StandardCharsets.UTF_8))
                        .isPositive();
                assertThat(peer.closedWith).hasSizeLessThan(2);
                assertThat(peer.closedWith).doesNotContain(CloseReason.INTERNAL_ERROR);
                replied += replies.isEmpty() ? 0 : 1;
                closed += peer.closedWith.size();
            }
        }
        assertThat(replied).isGreaterThan(100);
        assertThat(closed).isGreaterThan(100);
    }

    @Test
    void publishesValidJsonOnly() {
        var random = new Random(42);
        String seed = SEEDS.get(1);
        for (int i = 0; i < 700; i++) {
            clients.asked.clear();
            byte[] frame = mutated(seed, random);
            try (var peer = Peer.webSocket(protocol).connected()) {
                peer.send(frame);
            }
            for (String asked : clients.asked) {
                int data = asked.indexOf(" application/json ");
                if (asked.startsWith("publish ")) {
                    // throws where it is not
                    assertThat(Payload.json(asked.substring(data + 18)).isJson()).isTrue();
                }
            }
        }
    }

    @Test
    void survivesFramesWithoutSense() {
        var random = new Random(7);
        for (int i = 0; i < 700; i++) {
            byte[] frame = new byte[random.nextInt(200)];
            random.nextBytes(frame);
            try (var peer = Peer.webSocket(protocol).connected()) {
                peer.send(frame);

                assertThat(peer.closedWith).containsExactly(CloseReason.BAD_REQUEST);
            }
        }
    }

    static byte[] mutated(String seed, Random random) {
        byte[] bytes = seed.getBytes(StandardCharsets.UTF_8);
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 1; i++) {
            int at = random.nextInt(bytes.length);
            bytes =
                    switch (random.nextInt(5)) {
                        case 0 -> without(bytes, at);
                        case 1 -> twice(bytes, at);
                        case 2 -> changed(bytes, at, random.nextInt());
                        case 3 -> changed(bytes, at, "{}[]\",:\\ \n0-e".charAt(random.nextInt(13)));
                        default -> Arrays.copyOf(bytes, at);
                    };
        }
        return bytes;
    }

    private static byte[] without(byte[] bytes, int at) {
        byte[] result = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(bytes, at + 1, result, at, result.length - at);
        return result;
    }

    private static byte[] twice(byte[] bytes, int at) {
        byte[] result = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, result, 0, at + 1);
        System.arraycopy(bytes, at, result, at + 1, bytes.length - at);
        return result;
    }

    private static byte[] changed(byte[] bytes, int at, int to) {
        byte[] result = bytes.clone();
        result[at] = (byte) to;
        return result;
    }
}

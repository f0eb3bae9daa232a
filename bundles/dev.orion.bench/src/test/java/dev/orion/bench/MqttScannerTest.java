// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttScannerTest {

    private final List<String> seen = new ArrayList<>();
    private final MqttScanner scanner =
            new MqttScanner(
                    (type, qos, identifier) -> seen.add(type + " " + qos + " " + identifier));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void seesPacketsWhereverTheStreamIsCut(int piece) {
        ByteBuf stream = Unpooled.buffer();
        publish(stream, "bench/a", 0, 0);
        publish(stream, "bench/of/a/longer/name", 1, 513);
        MqttBytes.acknowledge(stream, MqttBytes.PUBREL, 65_535);
        publish(stream, "a", 2, 7);
        MqttBytes.acknowledge(stream, MqttBytes.PUBACK, 9);
        stream.writeShort(0xd000); // PINGRESP has no body
        publish(stream, "bench/a", 0, 0);

        while (stream.isReadable()) {
            ByteBuf cut = stream.readSlice(Math.min(piece, stream.readableBytes()));
            scanner.scan(cut);
            assertThat(cut.isReadable()).isTrue(); // left as it was
        }

        assertThat(seen)
                .containsExactly(
                        "3 0 0", "3 1 513", "6 0 65535", "3 2 7", "4 0 9", "13 0 0", "3 0 0");
    }

    @Test
    void numbersPublicationsAndBeginsAgain() {
        ByteBuf one = MqttBytes.publish("bench/a", 1);
        try (var publications = new Numbered(one, MqttBytes.identifierOf("bench/a"), 65_533)) {
            ByteBuf four = publications.next(4);
            scanner.scan(four);
            four.release();
        }

        assertThat(seen).containsExactly("3 1 65534", "3 1 65535", "3 1 1", "3 1 2");
    }

    private static void publish(ByteBuf out, String topic, int qos, int identifier) {
        ByteBuf packet = MqttBytes.publish(topic, qos);
        if (qos > 0) {
            packet.setShort(MqttBytes.identifierOf(topic), identifier);
        }
        out.writeBytes(packet);
        packet.release();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Conversations with damage in them: whole and cut into pieces they come to the same, nothing is
 * published that Netty's codec does not read, and a server never fails.
 *
 * <p>{@code -Dorion.test.fuzz=N} has it try N of them; {@code -Dorion.test.seed=S} begins with
 * others.
 */
class FuzzTest {

    private static final int ROUNDS = Integer.getInteger("orion.test.fuzz", 500);
    private static final long SEED = Long.getLong("orion.test.seed", 20_261_123L);

    private static final int[] TELLING = {0, 1, 2, 0x0b, 0x1f, 0x23, 0x26, 0x7f, 0x80, 0xff};

    /** Packets of a client of MQTT 5, good ones. */
    private static final List<String> FIVE =
            List.of(
                    Peer.packet(0x30, Peer.string("t/a") + "00" + Peer.hex("zero")),
                    Peer.packet(0x32, Peer.string("t/b") + "0001" + "00" + Peer.hex("one")),
                    Peer.packet(0x34, Peer.string("t/c") + "0002" + "00" + Peer.hex("two")),
                    Peer.packet(0x62, "0002"),
                    Peer.packet(0x62, "000300" + "00"),
                    Peer.packet(
                            0x32,
                            Peer.string("t/d")
                                    + "0004"
                                    + properties(
                                            "0101" + "02" + "0000003c",
                                            "03" + Peer.string("text/plain"),
                                            "08" + Peer.string("t/answer"),
                                            "09" + Peer.string("id"),
                                            "26" + Peer.string("k") + Peer.string("v"))
                                    + Peer.hex("said")),
                    Peer.packet(0x30, Peer.string("t/e") + properties("23" + "0001") + "61"),
                    Peer.packet(0x30, Peer.string("") + properties("23" + "0001") + "62"),
                    Peer.packet(0x82, "0005" + properties("0b07") + Peer.string("s/#") + "2d"),
                    Peer.packet(0x82, "0006" + "00" + Peer.string("$share/g/s/+") + "01"),
                    Peer.packet(0xa2, "0007" + "00" + Peer.string("s/#")),
                    Peer.packet(0xc0, ""),
                    Peer.packet(0x40, "0001"),
                    Peer.packet(0x50, "0001" + "10" + "00"),
                    Peer.packet(0xe0, "00" + properties("11" + "00000000")));

    /** And of one of MQTT 3.1.1. */
    private static final List<String> THREE =
            List.of(
                    Peer.packet(0x30, Peer.string("t/a") + Peer.hex("zero")),
                    Peer.packet(0x33, Peer.string("t/b") + "0001" + Peer.hex("one")),
                    Peer.packet(0x34, Peer.string("t/c") + "0002" + Peer.hex("two")),
                    Peer.packet(0x62, "0002"),
                    Peer.packet(
                            0x82, "0003" + Peer.string("s/#") + "01" + Peer.string("s/+") + "02"),
                    Peer.packet(0xa2, "0004" + Peer.string("s/#")),
                    Peer.packet(0xc0, ""),
                    Peer.packet(0x50, "0001"),
                    Peer.packet(0xe0, ""));

    @Test
    void comesToTheSameWhateverTheStreamIsCutInto() {
        for (int round = 0; round < ROUNDS; round++) {
            var random = new Random(SEED + round);
            boolean isFive = random.nextBoolean();
            byte[] said = conversation(random, isFive);
            String what = "seed " + (SEED + round) + ": " + ByteBufUtil.hexDump(said);

            Outcome whole = outcome(isFive, List.of(said));
            Outcome cut = outcome(isFive, pieces(random, said));

            assertThat(cut).as(what).isEqualTo(whole);
            assertThat(whole.end()).as(what).isNotEqualTo(Optional.of(CloseReason.INTERNAL_ERROR));
            if (!whole.published().isEmpty()) {
                assertThat(published(isFive, said)).as(what).containsSubsequence(whole.published());
            }
        }
    }

    /** What the session was asked for, the payloads of what was published, and how it ended. */
    private record Outcome(List<String> asked, List<String> published, Optional<CloseReason> end) {}

    private static Outcome outcome(boolean isFive, List<byte[]> pieces) {
        try (var peer = Peer.connected(isFive ? 5 : 4)) {
            for (byte[] piece : pieces) {
                if (peer.server.isOpen()) {
                    peer.server.writeInbound(Unpooled.wrappedBuffer(piece));
                }
            }
            peer.receivedHex();
            peer.server.checkException();
            List<String> published =
                    peer.clients.published.stream()
                            .map(each -> ByteBufUtil.hexDump(each.payload().array()))
                            .toList();
            return new Outcome(peer.asked(), published, peer.connection.closeReason());
        }
    }

    /** The payloads that Netty's codec finds, until something is wrong. */
    private static List<String> published(boolean isFive, byte[] said) {
        List<String> found = new ArrayList<>();
        var codec = new EmbeddedChannel(new MqttDecoder(1 << 20));
        ByteBuf connect =
                Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(Connect.of(isFive ? 5 : 4).hex()));
        codec.writeInbound(connect, Unpooled.wrappedBuffer(said));
        MqttMessage message = codec.readInbound();
        while (message != null && message.decoderResult().isSuccess()) {
            if (message instanceof MqttPublishMessage publish) {
                found.add(ByteBufUtil.hexDump(publish.payload()));
            }
            ReferenceCountUtil.release(message);
            message = codec.readInbound();
        }
        ReferenceCountUtil.release(message);
        codec.finishAndReleaseAll();
        return found;
    }

    private static byte[] conversation(RandomGenerator random, boolean isFive) {
        List<String> packets = isFive ? FIVE : THREE;
        var hex = new StringBuilder();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            hex.append(packets.get(random.nextInt(packets.size())));
        }
        byte[] said = ByteBufUtil.decodeHexDump(hex);
        for (int i = random.nextInt(4); i > 0; i--) {
            said = damaged(random, said);
        }
        return said;
    }

    private static byte[] damaged(RandomGenerator random, byte[] said) {
        int at = random.nextInt(said.length);
        switch (random.nextInt(5)) {
            case 0 -> said[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> said[at] = (byte) TELLING[random.nextInt(TELLING.length)];
            case 2 -> said[at] = (byte) random.nextInt();
            case 3 -> { // some are missing
                int length = Math.min(1 + random.nextInt(4), said.length - at);
                if (length < said.length) {
                    return joined(said, at, at + length);
                }
            }
            default -> { // some come twice
                int from = Math.max(0, at - 1 - random.nextInt(8));
                return joined(said, at, from);
            }
        }
        return said;
    }

    /** The bytes before the one place, then those from the other. */
    private static byte[] joined(byte[] said, int end, int start) {
        var all = new byte[end + said.length - start];
        System.arraycopy(said, 0, all, 0, end);
        System.arraycopy(said, start, all, end, said.length - start);
        return all;
    }

    private static List<byte[]> pieces(RandomGenerator random, byte[] said) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < said.length; ) {
            int length =
                    Math.min(1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 3), said.length - at);
            pieces.add(Arrays.copyOfRange(said, at, at + length));
            at += length;
        }
        return pieces;
    }

    private static String properties(String... all) {
        String body = String.join("", all);
        return "%02x".formatted(body.length() / 2) + body;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.FilterOptions.Retained;
import dev.orion.client.QueueLimit;
import dev.orion.client.SessionSpec;
import dev.orion.client.Will;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionRecordsTest {

    private static final Publication FULL =
            new Publication(
                    Payload.untrusted(new byte[] {0, -1, 7}, "image/png"),
                    Headers.of(
                            List.of(
                                    new Headers.Header("a", "1"),
                                    new Headers.Header("a", "ä\u0000😀"))),
                    Qos.EXACTLY_ONCE,
                    true,
                    Optional.of(Duration.ofSeconds(30)),
                    Optional.of(new Publication.ReplyTo("r/x", Payload.untrusted(new byte[3], ""))),
                    true);

    private static final Message MESSAGE =
            new Message(
                    "a/ü", FULL, new Origin("client", "ann", "mqtt"), 1_700_000_000_123L, 5, "e");

    private static final SessionRecord SESSION =
            new SessionRecord(
                    new SessionKey("mqtt", "ann", Set.of("reader", "writer"), "device"),
                    UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                    SessionSpec.NEVER.toMillis(),
                    true,
                    12,
                    99,
                    Optional.of(new Will("w", FULL, Duration.ofSeconds(9))),
                    Optional.of(new QueueLimit(500, 1L << 33)));

    private static final SubscriptionRecord SUBSCRIPTION =
            new SubscriptionRecord(
                    new Filter(ChannelPattern.parse("a/+/#"), "share"),
                    new FilterOptions(Qos.EXACTLY_ONCE, true, true, Retained.IF_NEW, 268_435_455));

    private static final DeliveryRecord DELIVERY =
            new DeliveryRecord(1L << 40, Qos.AT_LEAST_ONCE, true, 77, List.of(3));

    private static SessionRecord withoutLimit() {
        return new SessionRecord(
                SESSION.key(),
                SESSION.id(),
                SESSION.expiryMs(),
                SESSION.isConnected(),
                SESSION.endedMs(),
                SESSION.sentUpTo(),
                SESSION.will(),
                Optional.empty());
    }

    /** Had no word of limits, which is the last byte now. */
    private static byte[] ofVersion1() {
        byte[] now = withoutLimit().encode();
        byte[] then = Arrays.copyOf(now, now.length - 1);
        then[0] = 1;
        return then;
    }

    @Test
    void readsBackWhatItWrote() {
        assertThat(MessageRecord.decode(MessageRecord.encode(MESSAGE))).isEqualTo(MESSAGE);
        assertThat(SessionRecord.decode(SESSION.encode())).isEqualTo(SESSION);
        assertThat(SessionRecord.decode(ofVersion1())).isEqualTo(withoutLimit());
        assertThat(SubscriptionRecord.decode(SUBSCRIPTION.encode())).isEqualTo(SUBSCRIPTION);
        for (List<Integer> ids : List.of(List.<Integer>of(), List.of(3), List.of(300, 7, 7))) {
            var delivery = new DeliveryRecord(1L << 40, Qos.AT_LEAST_ONCE, true, 77, ids);
            assertThat(DeliveryRecord.decode(delivery.encode())).isEqualTo(delivery);
        }
    }

    @Test
    void keepsWhatKindAPayloadIsOf() {
        Payload json = roundTrip(Payload.json("{\"a\": 1}"));
        Payload found = roundTrip(Payload.untrusted(new byte[] {0x5b, 0x31, 0x5d, 0x0a}, ""));
        Payload text = roundTrip(Payload.text("[1]"));

        assertThat(json.isJsonLine()).isTrue();
        assertThat(found.isJson()).isTrue();
        assertThat(found.isJsonLine()).isFalse();
        assertThat(text.isJson()).isFalse();
        assertThat(roundTrip(Payload.EMPTY).length()).isZero();
    }

    @Test
    void knowsNoOtherVersion() {
        byte[] later = DELIVERY.encode();
        later[0] = 2;

        assertThatIllegalArgumentException().isThrownBy(() -> DeliveryRecord.decode(later));
    }

    @Test
    void readsNoSubscriptionWithoutAnIdAmongOthers() {
        byte[] bytes = new DeliveryRecord(1, Qos.AT_LEAST_ONCE, false, 0, List.of(7, 0)).encode();

        assertThatIllegalArgumentException().isThrownBy(() -> DeliveryRecord.decode(bytes));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void readsBackNumbers(long number) {
        var in = new BytesIn(new BytesOut(1).number(number).fixed(number).toBytes());

        assertThat(in.number()).isEqualTo(number);
        assertThat(in.fixed()).isEqualTo(number);
        in.end();
    }

    /** Whatever the bytes are: a record comes out, or the one exception that loading expects. */
    @Test
    void survivesDamagedBytes() {
        var random = new Random(42);
        for (byte[] good :
                List.of(
                        MessageRecord.encode(MESSAGE),
                        SESSION.encode(),
                        SUBSCRIPTION.encode(),
                        DELIVERY.encode())) {
            for (int i = 0; i < 20_000; i++) {
                byte[] bad = damaged(good, random);
                readGuarded(MessageRecord::decode, bad);
                readGuarded(SessionRecord::decode, bad);
                readGuarded(SubscriptionRecord::decode, bad);
                readGuarded(DeliveryRecord::decode, bad);
            }
        }
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 3));
        for (int i = random.nextInt(4); i > 0 && bad.length > 1; i--) {
            bad[1 + random.nextInt(bad.length - 1)] = (byte) random.nextInt();
        }
        return bad;
    }

    private static void readGuarded(Function<byte[], ?> read, byte[] bytes) {
        try {
            assertThat(read.apply(bytes)).isNotNull();
        } catch (IllegalArgumentException expected) {
            assertThat(expected).hasMessageMatching("(?s).+");
        }
    }

    private static Payload roundTrip(Payload payload) {
        var message = new Message("a", Publication.of(payload), Origin.HOST, 0, 0, "");
        return MessageRecord.decode(MessageRecord.encode(message)).payload();
    }
}

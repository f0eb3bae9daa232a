// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Length-Prefixed-Message of gRPC's PROTOCOL-HTTP2, against Netty's cutting by length and the JDK's
 * reading of gzip (RFC 1952).
 */
class MessageReaderFuzzTest {

    private static final int ROUNDS = 2000;
    private static final int MOST = 4096;
    private static final String REFUSED = "refused";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readsWhatOthersRead(long seed) throws IOException {
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] request = request(random);

            assertThat(ours(request, random))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(others(request));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void readsNothingThatOthersDoNot(long seed) throws IOException {
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] request = damaged(request(random), random);
            List<String> ours = ours(request, random);
            List<String> others = others(request);

            assertThat(ours.equals(others) || isStricter(ours, others))
                    .as("seed %d, round %d: %s and %s", seed, round, ours, others)
                    .isTrue();
        }
    }

    /** The JDK lets reserved bits (RFC 1952 §2.3.1.2) and bytes behind the end pass. */
    private static boolean isStricter(List<String> ours, List<String> others) {
        int read = ours.size() - 1;
        return read >= 0
                && ours.get(read).equals(REFUSED)
                && others.size() > read
                && ours.subList(0, read).equals(others.subList(0, read));
    }

    // What a client sends

    private static byte[] request(Random random) throws IOException {
        var request = new ByteArrayOutputStream();
        for (int message = random.nextInt(5); message > 0; message--) {
            byte[] plain = new byte[random.nextInt(random.nextInt(8) == 0 ? 2 * MOST : 200)];
            if (random.nextBoolean()) {
                random.nextBytes(plain); // else zeros, which get much shorter
            }
            boolean isCompressed = random.nextBoolean();
            byte[] sent = isCompressed ? gzip(plain) : plain;
            request.write(isCompressed ? 1 : 0);
            request.writeBytes(new byte[] {0, 0, (byte) (sent.length >> 8), (byte) sent.length});
            request.writeBytes(sent);
        }
        return request.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] damaged(byte[] request, Random random) {
        byte[] damaged = Arrays.copyOf(request, request.length);
        for (int damage = 1 + random.nextInt(2); damage > 0 && damaged.length > 0; damage--) {
            // Where there are prefixes and heads more often than not.
            int at = random.nextInt(random.nextBoolean() ? damaged.length : 1 + damaged.length / 8);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
        }
        return Arrays.copyOf(damaged, damaged.length - random.nextInt(1 + damaged.length / 4));
    }

    // Who reads it

    /** The messages, in pieces of any length, and whether what comes then is refused. */
    private static List<String> ours(byte[] request, Random random) {
        var reader = new MessageReader(MOST, true);
        var messages = new ArrayList<String>();
        try {
            int from = 0;
            while (from < request.length) {
                int end = Math.min(request.length, from + 1 + random.nextInt(500));
                reader.add(
                        UnpooledByteBufAllocator.DEFAULT,
                        Unpooled.wrappedBuffer(request, from, end - from));
                for (byte[] message = reader.next(); message != null; message = reader.next()) {
                    messages.add(ByteBufUtil.hexDump(message));
                }
                from = end;
            }
        } catch (StatusException refused) {
            messages.add(REFUSED);
        } finally {
            reader.release();
        }
        return messages;
    }

    private static List<String> others(byte[] request) {
        var channel =
                new EmbeddedChannel(
                        new LengthFieldBasedFrameDecoder(MOST + 5, 1, 4, 0, 0) {
                            @Override
                            protected long getUnadjustedFrameLength(
                                    ByteBuf in, int offset, int length, java.nio.ByteOrder order) {
                                if (in.getUnsignedByte(offset - 1) > 1) {
                                    throw new TooLongFrameException("flag");
                                }
                                return super.getUnadjustedFrameLength(in, offset, length, order);
                            }
                        });
        var messages = new ArrayList<String>();
        boolean isRefused = false;
        try {
            channel.writeInbound(Unpooled.copiedBuffer(request));
        } catch (TooLongFrameException tooLong) {
            isRefused = true;
        }
        for (ByteBuf frame = channel.readInbound(); frame != null; ) {
            byte[] bytes = ByteBufUtil.getBytes(frame);
            frame.release();
            if (!messages.contains(REFUSED)) {
                messages.add(message(bytes));
            }
            frame = channel.readInbound();
        }
        if (isRefused && !messages.contains(REFUSED)) {
            messages.add(REFUSED);
        }
        try {
            channel.finishAndReleaseAll();
        } catch (TooLongFrameException again) {
            channel.releaseInbound(); // it tries what has failed once more
        }
        return messages;
    }

    private static String message(byte[] frame) {
        byte[] payload = Arrays.copyOfRange(frame, 5, frame.length);
        if (frame[0] == 0) {
            return ByteBufUtil.hexDump(payload);
        }
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(payload))) {
            byte[] message = gzip.readNBytes(MOST + 1);
            return message.length > MOST ? REFUSED : ByteBufUtil.hexDump(message);
        } catch (IOException malformed) {
            return REFUSED;
        }
    }
}

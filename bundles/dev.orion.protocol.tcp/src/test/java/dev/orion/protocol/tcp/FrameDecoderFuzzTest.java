// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.protocol.Reading;
import dev.orion.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DelimiterBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The same bytes for ours, in random pieces, and for Netty's decoder, which is given them as a
 * whole and without a limit: it gives up on some frames of the greatest length when their end comes
 * late.
 */
@ExtendWith(LeakCheck.class)
class FrameDecoderFuzzTest {

    private static final int ROUNDS = 1000;
    private static final int MAX = 12;

    @Test
    void readsLinesAsNettyDoes() {
        compare(
                "ab\r\n\n",
                () -> new FrameDecoder(new Framings.Lines(), MAX),
                () -> new LineBasedFrameDecoder(1000, true, true));
    }

    @Test
    void readsDelimitersAsNettyDoes() {
        compare(
                "ab;;|",
                () -> new FrameDecoder(new Framings.Delimited(";;"), MAX),
                () ->
                        new DelimiterBasedFrameDecoder(
                                1000, true, true, Unpooled.wrappedBuffer(new byte[] {';', ';'})));
    }

    @Test
    void readsLengthsAsNettyDoes() {
        for (int bytes : new int[] {1, 2, 4}) {
            for (boolean own : new boolean[] {false, true}) {
                int width = bytes;
                int adjustment = own ? -bytes : 0;
                compare(
                        "\0\0\0\0\0\1\3\5",
                        () -> new FrameDecoder(new Framings.LengthPrefix(width, own), MAX),
                        () ->
                                new LengthFieldBasedFrameDecoder(
                                        1000, 0, width, adjustment, width, true));
            }
        }
    }

    /** What is carried comes back, whatever comes behind it. */
    @Test
    void readsWhatWasFramed() {
        var random = new Random(11);
        for (String delimiter : List.of("a", "ab", "aa", "aab", "abab", "aba")) {
            var framing = new Framings.Delimited(delimiter);
            List<String> sent = new ArrayList<>();
            ByteBuf wire = Unpooled.buffer();
            for (int i = 0; i < ROUNDS; i++) {
                byte[] bytes = new byte[random.nextInt(6)];
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = (byte) "abc".charAt(random.nextInt(3));
                }
                ByteBuf message = Unpooled.wrappedBuffer(bytes);
                if (framing.carries(message)) {
                    framing.frame(message, wire);
                    sent.add(ByteBufUtil.hexDump(bytes));
                }
            }
            byte[] all = ByteBufUtil.getBytes(wire);

            assertThat(frames(new FrameDecoder(framing, MAX), all, 7))
                    .as("by %s", delimiter)
                    .isEqualTo(sent);
        }
    }

    @Test
    void losesNothingWhileReadingIsPaused() {
        var random = new Random(13);
        List<Framings> all =
                List.of(
                        new Framings.Lines(),
                        new Framings.Delimited("\r\n"),
                        new Framings.LengthPrefix(1, false),
                        new Framings.LengthPrefix(2, true));
        for (int round = 0; round < ROUNDS; round++) {
            Framings framing = all.get(round % all.size());
            ByteBuf wire = Unpooled.buffer();
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                byte[] message = "abcdefgh".substring(random.nextInt(8)).getBytes(US_ASCII);
                framing.frame(Unpooled.wrappedBuffer(message), wire);
                sent.add(ByteBufUtil.hexDump(message));
            }

            assertThat(framesWithPauses(framing, wire, random))
                    .as("round %s", round)
                    .isEqualTo(sent);
        }
    }

    private static List<String> framesWithPauses(Framings framing, ByteBuf wire, Random random) {
        List<String> frames = new ArrayList<>();
        var channel = new EmbeddedChannel();
        channel.pipeline()
                .addLast(
                        new FrameDecoder(framing, MAX),
                        new SimpleChannelInboundHandler<ByteBuf>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
                                frames.add(ByteBufUtil.hexDump(frame));
                                if (random.nextInt(3) == 0) {
                                    Reading.pause(channel);
                                }
                            }
                        });
        while (wire.isReadable()) {
            int length = Math.min(wire.readableBytes(), 1 + random.nextInt(9));
            channel.writeInbound(wire.readBytes(length));
            if (random.nextBoolean()) {
                goOn(channel);
            }
        }
        while (Reading.isPaused(channel)) {
            goOn(channel);
        }
        channel.finishAndReleaseAll();
        return frames;
    }

    private static void goOn(EmbeddedChannel channel) {
        while (Reading.isPaused(channel)) {
            Reading.resume(channel);
        }
        channel.runPendingTasks();
    }

    private static void compare(
            String alphabet, Supplier<ChannelHandler> ours, Supplier<ChannelHandler> nettys) {
        var random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            List<String> expected = frames(nettys.get(), bytes, bytes.length + 1);
            int good = 0;
            while (good < expected.size() && expected.get(good).length() <= 2 * MAX) {
                good++;
            }
            List<String> found = frames(ours.get(), bytes, 1 + random.nextInt(9));

            assertThat(found)
                    .as("of %s", ByteBufUtil.hexDump(bytes))
                    .isEqualTo(expected.subList(0, good));
        }
    }

    /** The frames in hexadecimal digits, until the first that is too long. */
    private static List<String> frames(ChannelHandler decoder, byte[] bytes, int piece) {
        var channel = new EmbeddedChannel(decoder);
        List<String> frames = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; at += piece) {
                int length = Math.min(bytes.length - at, piece);
                channel.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
            }
        } catch (DecoderException tooLong) {
            // what was read before it counts
        }
        ByteBuf frame;
        while ((frame = channel.readInbound()) != null) {
            frames.add(ByteBufUtil.hexDump(frame));
            frame.release();
        }
        try {
            channel.finishAndReleaseAll();
        } catch (DecoderException again) {
            // it is said once more
        }
        return frames;
    }
}

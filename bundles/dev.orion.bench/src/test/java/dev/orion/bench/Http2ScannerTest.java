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

class Http2ScannerTest {

    private record Frame(int type, int flags, int stream, int length, long beginning) {}

    private final List<Frame> seen = new ArrayList<>();
    private final Http2Scanner scanner =
            new Http2Scanner(
                    (type, flags, stream, length, beginning) ->
                            seen.add(new Frame(type, flags, stream, length, beginning)));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 300, 16_384})
    void seesFramesOfEveryLength(int length) {
        ByteBuf in = Unpooled.buffer();
        append(in, length, 5);
        append(in, length, 7);

        scanner.scan(in);

        assertThat(seen)
                .containsExactly(
                        new Frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 5, length, ones(length)),
                        new Frame(Http2Bytes.DATA, Http2Bytes.END_STREAM, 7, length, ones(length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 40})
    void seesAFrameWhenItsLastByteIsHere(int length) {
        ByteBuf in = Unpooled.buffer();
        append(in, length, Integer.MAX_VALUE);
        append(in, length, 0x0102_0304);

        for (int i = 0; i < in.readableBytes() - 1; i++) {
            scanner.scan(in.slice(i, 1));
        }
        assertThat(seen).hasSize(1);
        scanner.scan(in.slice(in.readableBytes() - 1, 1));

        assertThat(seen).extracting(Frame::stream).containsExactly(Integer.MAX_VALUE, 0x0102_0304);
        assertThat(seen).extracting(Frame::beginning).containsOnly(ones(length));
    }

    @Test
    void showsWhatAShortFrameSays() {
        ByteBuf in = Unpooled.buffer();
        Http2Bytes.windowUpdate(in, 0, 65_535);
        Http2Bytes.pingAck(in, 0x0102_0304_0506_0708L);

        scanner.scan(in);

        assertThat(seen.get(0).beginning() >>> 32).isEqualTo(65_535);
        assertThat(seen.get(1).beginning()).isEqualTo(0x0102_0304_0506_0708L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x8800_0000_0000_0000L, 0x8861_0000_0000_0000L, 0x2088_0000_0000_0000L})
    void knowsA200(long beginning) {
        assertThat(Http2Bytes.isOk(beginning)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 0x8d00_0000_0000_0000L, 0x208d_0000_0000_0000L, 0x4803_3530_3000_0000L})
    void knowsWhatIsNot(long beginning) {
        assertThat(Http2Bytes.isOk(beginning)).isFalse();
    }

    @Test
    void leavesTheBufferAsItWas() {
        ByteBuf in = Unpooled.buffer();
        append(in, 20, 1);

        scanner.scan(in);

        assertThat(in.readerIndex()).isZero();
        assertThat(in.refCnt()).isEqualTo(1);
    }

    private static void append(ByteBuf out, int length, int stream) {
        Http2Bytes.frame(out, length, Http2Bytes.DATA, Http2Bytes.END_STREAM, stream);
        for (int i = 0; i < length; i++) {
            out.writeByte(1);
        }
    }

    /** The first eight bytes of so many ones. */
    private static long ones(int length) {
        long beginning = 0;
        for (int i = 0; i < Math.min(length, Long.BYTES); i++) {
            beginning |= 1L << (56 - 8 * i);
        }
        return beginning;
    }
}

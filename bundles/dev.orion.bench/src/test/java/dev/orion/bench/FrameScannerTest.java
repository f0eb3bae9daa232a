// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScannerTest {

    private final FrameScanner scanner = new FrameScanner();

    @ParameterizedTest
    @ValueSource(ints = {3, 125, 126, 300, 65_535, 65_536})
    void countsFramesOfEveryLengthForm(int length) {
        scan(frame("m".repeat(length)) + frame("m".repeat(length)));

        assertThat(scanner.takeMessages()).isEqualTo(2);
        assertThat(scanner.takeMessages()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 200, 70_000})
    void countsAFrameWhenItsLastByteIsHere(int length) {
        String bytes = frame("m".repeat(length));

        for (int i = 0; i < bytes.length() - 1; i++) {
            scan(bytes.substring(i, i + 1));
        }
        assertThat(scanner.takeMessages()).isZero();
        scan(bytes.substring(bytes.length() - 1));

        assertThat(scanner.takeMessages()).isEqualTo(1);
    }

    @Test
    void countsTheLinesOfLaterFrames() {
        scan(frame("message-1"));
        scan(frame("message-2\nmessage-3\nmessage-4"));

        assertThat(scanner.takeMessages()).isEqualTo(4);
        assertThat(scanner.takePing()).isFalse();
    }

    @Test
    void seesAPingByItself() {
        scan(frame("{}"));

        assertThat(scanner.takePing()).isTrue();
        assertThat(scanner.takePing()).isFalse();
        assertThat(scanner.takeMessages()).isZero();
    }

    @Test
    void seesAPingAmongMessages() {
        scan(frame("message-1"));
        scan(frame("message-2\nmessage-3\n{}"));

        assertThat(scanner.takeMessages()).isEqualTo(3);
        assertThat(scanner.takePing()).isTrue();
    }

    @Test
    void seesTheEnd() {
        scan(frame("message-1"));
        assertThat(scanner.isClosed()).isFalse();

        scan("\u0088\u0002\u0003\u00e8");

        assertThat(scanner.isClosed()).isTrue();
        assertThat(scanner.takeMessages()).isEqualTo(1);
    }

    @Test
    void leavesTheBufferAsItWas() {
        ByteBuf in = Unpooled.copiedBuffer(frame("message"), US_ASCII);

        scanner.scan(in);

        assertThat(in.readerIndex()).isZero();
        assertThat(in.refCnt()).isEqualTo(1);
    }

    private void scan(String bytes) {
        scanner.scan(
                Unpooled.wrappedBuffer(
                        bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
    }

    /** A server's text frame, each char a byte. */
    private static String frame(String payload) {
        int length = payload.length();
        if (length < 126) {
            return "\u0081" + (char) length + payload;
        }
        if (length < 1 << 16) {
            return "\u0081~" + (char) (length >> 8) + (char) (length & 0xff) + payload;
        }
        String wide = "\u0081\u007f\0\0\0\0";
        for (int shift = 24; shift >= 0; shift -= 8) {
            wide += (char) (length >> shift & 0xff);
        }
        return wide + payload;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1ScannerTest {

    private static final String PLAIN = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String NEXT_SECOND =
            "HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: 5\r\n\r\nhello";
    private static final String CHUNKED =
            """
            HTTP/1.1 200 OK\r
            transfer-encoding: chunked\r
            \r
            3\r
            hel\r
            2\r
            lo\r
            0\r
            \r
            """;
    private static final String TRAILERS =
            """
            HTTP/1.1 200 OK\r
            transfer-encoding: chunked\r
            \r
            5\r
            hello\r
            0\r
            checked: yes\r
            \r
            """;

    private final Http1Scanner scanner = new Http1Scanner(5);

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, NEXT_SECOND, CHUNKED, TRAILERS})
    void countsAnswersOfEveryFraming(String answer) {
        scan(answer + answer + answer);

        assertThat(scanner.takeAnswers()).isEqualTo(3);
        assertThat(scanner.takeAnswers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, CHUNKED, TRAILERS})
    void countsAnAnswerWhenItsLastByteIsHere(String answer) {
        scan(answer); // whose head is known now
        scanner.takeAnswers();

        for (int i = 0; i < answer.length() - 1; i++) {
            scan(answer.substring(i, i + 1));
        }
        assertThat(scanner.takeAnswers()).isZero();
        scan(answer.substring(answer.length() - 1));

        assertThat(scanner.takeAnswers()).isEqualTo(1);
    }

    @Test
    void readsAHeadThatIsNotTheOneBefore() {
        scan(PLAIN + NEXT_SECOND + CHUNKED + NEXT_SECOND + PLAIN);

        assertThat(scanner.takeAnswers()).isEqualTo(5);
    }

    @Test
    void readsAChunkOfManyBytes() {
        var large = new Http1Scanner(16_384);

        large.scan(
                ascii(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n"
                                + "x".repeat(16_384)
                                + "\r\n0\r\n\r\n"));

        assertThat(large.takeAnswers()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhell",
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhell\r\n0\r\n\r\n"
            })
    void refusesWhatIsNotTheEcho(String answer) {
        assertThatThrownBy(() -> scan(answer)).isInstanceOf(BenchException.class);
    }

    @Test
    void leavesTheBufferAsItWas() {
        ByteBuf in = ascii(PLAIN);

        scanner.scan(in);

        assertThat(in.readerIndex()).isZero();
        assertThat(in.refCnt()).isEqualTo(1);
    }

    private void scan(String bytes) {
        scanner.scan(ascii(bytes));
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }
}

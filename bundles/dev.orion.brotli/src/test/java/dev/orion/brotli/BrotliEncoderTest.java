// SPDX-License-Identifier: Apache-2.0
package dev.orion.brotli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.Decoder;
import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What brotli4j's own decoder makes of it, and what happens until it can be made. */
@EnabledOnOs(OS.LINUX)
class BrotliEncoderTest {

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("dev.orion.brotli");

    BrotliEncoderTest() {
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(logged);
    }

    static Stream<byte[]> contents() {
        byte[] noise = new byte[300_000];
        new Random(29).nextBytes(noise);
        return Stream.of(
                new byte[0],
                new byte[1],
                "{\"a\":1}".getBytes(UTF_8),
                "{\"text\":\"hello, hällo\"}\n".repeat(10_000).getBytes(UTF_8),
                new byte[300_000],
                noise);
    }

    @ParameterizedTest
    @MethodSource("contents")
    void makesWhatADecoderReads(byte[] content) throws Exception {
        BrotliEncoder encoder = loaded();

        assertThat(decoded(encoder.encode(content).orElseThrow())).isEqualTo(content);
    }

    @Test
    void makesTextShort() throws Exception {
        byte[] text = "{\"text\":\"hello, hällo\"}\n".repeat(100).getBytes(UTF_8);

        assertThat(loaded().encode(text).orElseThrow()).hasSizeLessThan(text.length / 20);
    }

    @Test
    void makesNothingUntilItIsLoadedAndDoesNotWaitForThat() throws Exception {
        var mayLoad = new CountDownLatch(1);
        var encoder =
                new BrotliEncoder(
                        () -> {
                            await(mayLoad);
                            Brotli4jLoader.ensureAvailability();
                        });
        encoder.loader().start();
        assertThat(encoder.encode(new byte[1])).isEmpty();

        mayLoad.countDown();
        encoder.close();
        assertThat(encoder.encode(new byte[1])).isPresent();
        assertThat(logged.list).noneMatch(event -> event.getLevel().levelStr.equals("WARN"));
    }

    @Test
    void saysOnceThatItIsNotAvailable() {
        var encoder =
                new BrotliEncoder(
                        () -> {
                            throw new UnsatisfiedLinkError("already loaded in another classloader");
                        });
        encoder.loader().start();
        encoder.close();

        assertThat(encoder.encode(new byte[1])).isEmpty();
        assertThat(encoder.encode(new byte[1])).isEmpty();
        assertThat(logged.list)
                .extracting(ILoggingEvent::getMessage)
                .containsExactly("br is not available, gzip is sent");
    }

    private static BrotliEncoder loaded() {
        var encoder = new BrotliEncoder(Brotli4jLoader::ensureAvailability);
        encoder.loader().start();
        encoder.close();
        return encoder;
    }

    private static byte[] decoded(byte[] coded) throws IOException {
        var result = Decoder.decompress(coded);
        assertThat(result.getResultStatus()).isEqualTo(DecoderJNI.Status.DONE);
        return result.getDecompressedData();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

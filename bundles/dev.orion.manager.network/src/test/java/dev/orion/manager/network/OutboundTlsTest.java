// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboundTlsTest {

    @TempDir private Path home;

    @Test
    void triesAgainWhatCouldNotBeReadAtFirst() throws Exception {
        Pairs.write(home, "issuer", "issuer.example");
        Path trust = Pairs.files(home, "issuer").certificate();
        byte[] good = Files.readAllBytes(trust);
        try (var shared = new SharedTls(home, Clock.systemUTC(), TlsProvider.JDK.label(), 1);
                var records = new Records()) {
            var tls = new OutboundTls(Optional.of(trust), shared);
            SslContext first = context(tls);
            Files.write(trust, "x".repeat(good.length).getBytes(US_ASCII));
            Running.await(
                    () -> {
                        assertThat(context(tls)).isSameAs(first);
                        return !records.of("Trusted issuers cannot be used").isEmpty();
                    });

            writeAtTheSameTime(trust, good);
            Running.await(() -> context(tls) != first);

            assertThat(records.of("Trusted issuers cannot be used")).hasSize(1);
        }
    }

    private static SslContext context(OutboundTls tls) {
        return tls.context(false).orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** As when somebody is allowed to read it who was not: its stamp is what it was. */
    private static void writeAtTheSameTime(Path file, byte[] content) throws IOException {
        var time = Files.getLastModifiedTime(file);
        Files.write(file, content);
        Files.setLastModifiedTime(file, time);
    }
}

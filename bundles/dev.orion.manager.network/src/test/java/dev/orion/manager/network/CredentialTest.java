// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change while somebody looks at them. */
class CredentialTest {

    @TempDir private Path home;

    private SharedTls shared;
    private TlsSettings.Files files;
    private Identity first;
    private Runnable afterRead = () -> {};
    private boolean mayBeRead = true;
    private Credential credential;

    @BeforeEach
    void write() throws IOException {
        shared = new SharedTls(home, Clock.systemUTC(), TlsProvider.JDK.label(), 1);
        files = Pairs.files(home, "live");
        first = Pairs.write(home, "live", "a.example");
        var settings =
                new TlsSettings(
                        List.of(files),
                        ClientCertificates.NONE,
                        Optional.empty(),
                        List.of("1.3"),
                        List.of());
        credential =
                new Credential(
                        "tls",
                        new Watched(),
                        Optional.empty(),
                        new ServerContexts(settings, shared));
    }

    @AfterEach
    void stop() {
        shared.close();
    }

    @Test
    void noticesWhatIsPutInPlaceWhileTheFormerIsRead() throws IOException {
        Identity second = Pairs.write(home, "next", "a.example");
        afterRead = () -> replace("next");

        credential.refresh();
        assertThat(inUse()).isEqualTo(first.certificate());
        afterRead = () -> {};
        credential.refresh();

        assertThat(inUse()).isEqualTo(second.certificate());
    }

    @Test
    void triesAgainWhatMustNotBeReadAtFirst() throws IOException {
        credential.refresh();
        Identity second = Pairs.write(home, "next", "a.example");
        replace("next");
        mayBeRead = false;

        try (var records = new Records()) {
            credential.refresh();
            credential.refresh();
            assertThat(inUse()).isEqualTo(first.certificate());
            assertThat(records.of("TLS files cannot be used")).hasSize(1);
        }

        mayBeRead = true; // with which its time of change stays as it is
        credential.refresh();
        assertThat(inUse()).isEqualTo(second.certificate());
    }

    /** It may be cut between two certificates, and nowhere else: a few dashes are no beginning. */
    @Test
    void aPartOfAChainIsNone() throws IOException {
        Pairs.write(home, "issuer", "issuer.example");
        byte[] one = Files.readAllBytes(files.certificate());
        byte[] other = Files.readAllBytes(Pairs.files(home, "issuer").certificate());
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        Path part = home.resolve("part.pem");

        for (int length = 0; length < both.length - 4; length += 3) {
            Files.write(part, Arrays.copyOf(both, length));
            if (length >= one.length - 1 && length < one.length + 5) {
                assertThat(Identity.certificates(part)).hasSize(1);
            } else {
                assertThatThrownBy(() -> Identity.certificates(part))
                        .as("%s of %s bytes", length, both.length)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith(part.toString());
            }
        }
    }

    private X509Certificate inUse() {
        return credential.inUse().orElseThrow().identity().certificate();
    }

    private void replace(String beginning) {
        TlsSettings.Files others = Pairs.files(home, beginning);
        try {
            Files.move(
                    others.certificate(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.move(others.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private final class Watched implements IdentityFiles {

        @Override
        public TlsSettings.Files files() {
            return files;
        }

        @Override
        public Identity read() {
            if (!mayBeRead) {
                throw new IllegalArgumentException(files.key() + " must not be read");
            }
            Identity read = Identity.read(files);
            afterRead.run();
            return read;
        }

        @Override
        public boolean isOutdated(Identity identity) {
            return false;
        }
    }
}

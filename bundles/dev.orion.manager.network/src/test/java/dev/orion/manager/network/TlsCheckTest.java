// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.ProposedConfiguration;
import dev.orion.net.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsCheckTest {

    private static final String CERTIFICATE = "tls/dev-cert.pem";
    private static final String KEY = "tls/dev-key.pem";

    @TempDir Path home;

    private final List<String> faults = new ArrayList<>();

    @BeforeEach
    void makeFiles() throws IOException {
        new DevelopmentCertificate(home.resolve("tls"), Clock.systemUTC()).make();
        new DevelopmentCertificate(home.resolve("other"), Clock.systemUTC()).make();
        Files.writeString(home.resolve("nothing.pem"), "nothing");
    }

    @Test
    void findsNothingWrongWithWhatIsRight() {
        check("https", Map.of());
        check("http", Map.of());
        check("echo", Map.of("tls", true));
        check("mqtts", Map.of("certificate", CERTIFICATE, "key", KEY));
        check(
                "tcp",
                Map.of(
                        "certificate",
                        home.resolve(CERTIFICATE).toString(),
                        "key",
                        KEY,
                        "clientCertificates",
                        "required",
                        "clientCa",
                        "other/dev-cert.pem",
                        "tlsVersions",
                        new String[] {"1.3"}));

        assertThat(faults).isEmpty();
    }

    @Test
    void findsHalves() {
        check("https", Map.of("certificate", CERTIFICATE));
        check("https", Map.of("key", KEY));
        check("https", Map.of("clientCertificates", "optional"));
        check("https", Map.of("clientCa", CERTIFICATE));

        assertThat(faults)
                .containsExactly(
                        "certificate needs key beside it",
                        "key needs certificate beside it",
                        "clientCertificates optional: needs clientCa",
                        "clientCa needs clientCertificates: optional or required");
    }

    @Test
    void findsKeysThatHaveNoMeaningWithoutTls() {
        check("http", Map.of("tlsVersions", new String[] {"1.2"}));
        check("http", Map.of("clientCertificates", "none"));
        check("https", Map.of("tls", false));
        check("https", Map.of("tlsVersions", new String[0]));

        assertThat(faults)
                .containsExactly(
                        "tlsVersions is for TLS, which needs a scheme such as https, or tls: true",
                        "clientCertificates is for TLS, which needs a scheme such as https, or tls:"
                                + " true",
                        "tls false: this listener has TLS by its other keys",
                        "tlsVersions is empty (expected: 1.2, 1.3 or both)");
    }

    @Test
    void findsFilesThatCannotBeUsed() {
        check("https", Map.of("certificate", "gone.pem", "key", KEY));
        check("https", Map.of("certificate", "nothing.pem", "key", KEY));
        check("https", Map.of("certificate", CERTIFICATE, "key", "gone.pem"));
        check("https", Map.of("certificate", CERTIFICATE, "key", "nothing.pem"));
        check("https", Map.of("clientCertificates", "optional", "clientCa", "nothing.pem"));

        assertThat(faults)
                .containsExactly(
                        "certificate " + home.resolve("gone.pem") + " is not there",
                        "certificate " + home.resolve("nothing.pem") + " has no PEM certificate",
                        "key " + home.resolve("gone.pem") + " is not there",
                        "key "
                                + home.resolve("nothing.pem")
                                + " has no PEM key (expected: BEGIN PRIVATE KEY, as from openssl"
                                + " pkcs8 -topk8 -nodes)",
                        "clientCa " + home.resolve("nothing.pem") + " has no PEM certificate");
    }

    @Test
    void findsAKeyOfAnotherCertificate() throws Exception {
        byte[] rsa =
                KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
        Files.writeString(
                home.resolve("rsa.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(rsa)
                        + "\n-----END PRIVATE KEY-----\n");

        check("https", Map.of("certificate", CERTIFICATE, "key", "other/dev-key.pem"));
        check("https", Map.of("certificate", CERTIFICATE, "key", "rsa.pem"));

        assertThat(faults)
                .containsExactly(
                        "key "
                                + home.resolve("other/dev-key.pem")
                                + " is not the key of the certificate",
                        "key "
                                + home.resolve("rsa.pem")
                                + " is not a key of the certificate's kind, EC");
    }

    @Test
    void looksAtEachOfSeveralPairs() {
        String[] both = {CERTIFICATE, "other/dev-cert.pem"};
        check("https", Map.of("certificate", both, "key", new String[] {KEY, "other/dev-key.pem"}));
        check("https", Map.of("certificate", new String[0], "key", new String[0]));
        check("http", Map.of("certificate", new String[] {""}, "key", new String[] {""}));
        assertThat(faults).isEmpty();

        check("https", Map.of("certificate", both, "key", KEY));
        check("https", Map.of("certificate", both, "key", new String[] {"other/dev-key.pem", KEY}));

        assertThat(faults)
                .containsExactly(
                        "key 1 files (expected: one a certificate, 2)",
                        "key "
                                + home.resolve("other/dev-key.pem")
                                + " is not the key of the certificate",
                        "key " + home.resolve(KEY) + " is not the key of the certificate");
    }

    private void check(String scheme, Map<String, Object> values) {
        new TlsCheck(home)
                .check(new Proposed(values, faults), new Endpoint(scheme, "127.0.0.1", 1));
    }

    private record Proposed(Map<String, Object> values, List<String> faults)
            implements ProposedConfiguration {

        @Override
        public String factoryPid() {
            return ListenerComponent.PID;
        }

        @Override
        public String name() {
            return "web";
        }

        @Override
        public void fault(String key, String message) {
            faults.add(key + " " + message);
        }
    }
}

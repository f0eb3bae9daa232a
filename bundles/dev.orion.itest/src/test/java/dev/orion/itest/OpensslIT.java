// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenSSL's client finds on the TLS listeners, with both who can speak TLS there. */
@ParameterizedClass
@ValueSource(strings = {"boringssl", "jdk"})
class OpensslIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** What its security level does not let it offer otherwise. */
    private static final String ALL = "ALL:@SECLEVEL=0";

    private static final String REQUEST =
            "GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r";

    @TempDir static Path home;

    private static OrionProcess orion;
    private static int offset;

    @Parameter String provider;

    @BeforeParameterizedClassInvocation
    static void start(String provider) throws Exception {
        assumeTrue(Tool.isThere("openssl"), "skipped: no openssl");
        Files.createDirectories(home.resolve("tls"));
        for (String each : List.of("first.example", "a.example.org", "*.example.org", "client")) {
            certificate(each);
        }
        offset = OrionProcess.freeOffset();
        orion =
                OrionProcess.start(
                        home,
                        offset,
                        "--set",
                        "dev.orion.manager.network:tlsProvider=" + provider,
                        "--set",
                        "dev.orion.listener~names:uri=https://127.0.0.1:7100",
                        "--set",
                        "dev.orion.listener~names:certificate=" + files("cert"),
                        "--set",
                        "dev.orion.listener~names:key=" + files("key"),
                        "--set",
                        "dev.orion.listener~known:uri=https://127.0.0.1:7200",
                        "--set",
                        "dev.orion.listener~known:clientCertificates=required",
                        "--set",
                        "dev.orion.listener~known:clientCa=tls/client-cert.pem");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (orion != null) {
            orion.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3"})
    void findsBothVersions(String option, String version) throws Exception {
        for (int port : List.of(orion.httpsPort(), orion.mqttsPort())) {
            try (var openssl = trusting(port, option)) {
                openssl.awaitLine(line -> line.contains(version + ", Cipher is"), SOON);
                openssl.awaitLine(line -> line.contains("Verify return code: 0 (ok)"), SOON);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void findsNoOlderVersion(String option) throws Exception {
        for (int port : List.of(orion.httpsPort(), orion.mqttsPort())) {
            try (var openssl = client(port, option, "-cipher", ALL)) {
                openssl.awaitLine(line -> line.contains("alert number 70"), SOON);
                openssl.awaitLine(line -> line.contains("Cipher is (NONE)"), SOON);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AES128-SHA:AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "aNULL"})
    void findsNoWeakCipher(String ciphers) throws Exception {
        String weak = ciphers + ":@SECLEVEL=0";

        try (var openssl = client(orion.httpsPort(), "-tls1_2", "-cipher", weak)) {
            openssl.awaitLine(line -> line.contains("Cipher is (NONE)"), SOON);
        }
    }

    @Test
    void agreesOnAProtocol() throws Exception {
        try (var openssl = client(orion.httpsPort(), "-alpn", "gopher,http/1.1")) {
            openssl.awaitLine(line -> line.contains("ALPN protocol: http/1.1"), SOON);
        }
        try (var openssl = client(orion.httpsPort(), "-alpn", "gopher")) {
            openssl.awaitLine(line -> line.contains("No ALPN negotiated"), SOON);
            openssl.awaitLine(line -> line.contains("Cipher is TLS_AES"), SOON);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void comesBackToItsSession(String version) throws Exception {
        Path session = home.resolve("session" + version + provider);
        try (var openssl = client(orion.httpsPort(), version, "-sess_out", session.toString())) {
            openssl.awaitLine(line -> line.contains("Cipher is"), SOON);
            openssl.say(REQUEST); // BoringSSL sends its tickets of 1.3 with the first answer
            Await.until("a session", SOON, () -> Files.exists(session) && Files.size(session) > 0);
        }

        try (var openssl = client(orion.httpsPort(), version, "-sess_in", session.toString())) {
            openssl.awaitLine(line -> line.startsWith("Reused, "), SOON);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "first.example, first.example",
        "a.example.org, a.example.org",
        "b.example.org, *.example.org",
        "c.b.example.org, first.example",
        "elsewhere.example, first.example",
    })
    void isShownTheCertificateOfTheName(String asked, String shown) throws Exception {
        try (var openssl = client(7100 + offset, "-servername", asked)) {
            openssl.awaitLine(line -> line.equals("subject=CN = " + shown), SOON);
        }
    }

    @Test
    void isShownTheFirstCertificateWithoutAName() throws Exception {
        try (var openssl = client(7100 + offset, "-noservername")) {
            openssl.awaitLine(line -> line.equals("subject=CN = first.example"), SOON);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void isLetInWithACertificate(String version) throws Exception {
        String certificate = home.resolve("tls/client-cert.pem").toString();
        String key = home.resolve("tls/client-key.pem").toString();

        try (var openssl = client(7200 + offset, version, "-cert", certificate, "-key", key)) {
            openssl.awaitLine(line -> line.contains("Cipher is"), SOON);
            openssl.say(REQUEST);
            // perhaps in the middle of what is told of a ticket
            openssl.awaitLine(line -> line.contains("HTTP/1.1 200"), SOON);
        }
    }

    /** BoringSSL says what the standard says; the JDK has bad_certificate for all of it. */
    @ParameterizedTest
    @CsvSource({"-tls1_2, 40", "-tls1_3, 116"}) // RFC 5246 §7.4.6, RFC 8446 §4.4.2.4
    void isToldThatItsCertificateIsMissing(String version, int alert) throws Exception {
        int expected = provider.equals("jdk") ? 42 : alert;

        try (var openssl = client(7200 + offset, version)) {
            openssl.awaitLine(line -> line.contains("alert number " + expected), SOON);
        }
    }

    private static Tool trusting(int port, String option) throws Exception {
        String file = home.resolve("tls/dev-cert.pem").toString();
        return client(port, option, "-CAfile", file, "-verify_return_error");
    }

    private static Tool client(int port, String... options) throws Exception {
        var command = new ArrayList<String>();
        command.addAll(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        return Tool.start(command.toArray(String[]::new));
    }

    private static String files(String what) {
        return "[\"tls/first.example-%s.pem\",\"tls/a.example.org-%s.pem\",\"tls/any.example.org-%s.pem\"]"
                .replace("%s", what);
    }

    /** For a name, signed by itself. */
    private static void certificate(String name) throws Exception {
        String beginning = name.replace("*", "any");
        Path folder = home.resolve("tls");
        Tool.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=DNS:" + name,
                "-keyout",
                folder.resolve(beginning + "-key.pem").toString(),
                "-out",
                folder.resolve(beginning + "-cert.pem").toString());
        assertThat(folder.resolve(beginning + "-cert.pem")).isNotEmptyFile();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate, what leads from it to its issuer, and its key.
 *
 * <p>Whatever is wrong with a file is an {@link IllegalArgumentException} that names the file.
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {

    private static final Integer DNS_NAME = 2; // RFC 5280 §4.2.1.6
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    Identity {
        chain = List.copyOf(chain);
    }

    /** Reads both files and sees whether they belong together. */
    static Identity read(TlsSettings.Files files) {
        List<X509Certificate> chain = certificates(files.certificate());
        return new Identity(chain, key(files.key(), chain.get(0)));
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** The DNS names that the certificate is for, as its subjectAltName has them. */
    List<String> dnsNames() {
        try {
            var names = certificate().getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> DNS_NAME.equals(name.get(0)))
                            .map(name -> (String) name.get(1))
                            .toList();
        } catch (CertificateParsingException malformed) {
            return List.of();
        }
    }

    /** The certificates of a PEM file, at least one. */
    static List<X509Certificate> certificates(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            var found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new java.io.ByteArrayInputStream(bytes));
            if (found.isEmpty()) {
                throw new IllegalArgumentException(file + " has no PEM certificate");
            }
            return found.stream().map(Identity::x509).toList();
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException(file + " has no PEM certificate", malformed);
        }
    }

    /** The key of a PEM file, when it is the one of {@code certificate}. */
    static PrivateKey key(Path file, X509Certificate certificate) {
        PublicKey theirs = certificate.getPublicKey();
        PrivateKey key;
        try {
            var spec = new PKCS8EncodedKeySpec(pkcs8(file));
            key = KeyFactory.getInstance(theirs.getAlgorithm()).generatePrivate(spec);
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException(
                    file + " is not a key of the certificate's kind, " + theirs.getAlgorithm(),
                    malformed);
        }
        if (!fits(key, theirs)) {
            throw new IllegalArgumentException(file + " is not the key of the certificate");
        }
        return key;
    }

    private static byte[] pkcs8(Path file) throws IOException {
        String text;
        try (var in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII);
        }
        Matcher key = KEY.matcher(text);
        if (!key.find()) {
            throw new IllegalArgumentException(
                    file
                            + " has no PEM key (expected: BEGIN PRIVATE KEY, as from openssl pkcs8"
                            + " -topk8 -nodes)");
        }
        try {
            return Base64.getMimeDecoder().decode(key.group(1));
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(file + " has no PEM key", notBase64);
        }
    }

    /** Tried and not compared, so that it works for every kind of key. */
    private static boolean fits(PrivateKey key, PublicKey theirs) {
        String algorithm =
                switch (theirs.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> theirs.getAlgorithm(); // EdDSA is its own
                };
        byte[] probe = {1, 2, 3};
        try {
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(theirs);
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException doesNot) {
            return false;
        }
    }

    private static X509Certificate x509(Certificate certificate) {
        return (X509Certificate) certificate;
    }

    private static IllegalArgumentException unreadable(Path file, IOException why) {
        String reason =
                why instanceof NoSuchFileException
                        ? " is not there"
                        : why instanceof AccessDeniedException
                                ? " must not be read"
                                : " cannot be read: " + why.getMessage();
        return new IllegalArgumentException(file + reason, why);
    }
}

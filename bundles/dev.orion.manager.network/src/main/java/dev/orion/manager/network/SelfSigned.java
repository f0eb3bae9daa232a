// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Writes the certificate for development; a class of its own, which most starts do not need. */
final class SelfSigned {

    private static final byte[] ECDSA_WITH_SHA256 =
            Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2)); // RFC 5758 §3.2
    private static final byte[] COMMON_NAME = Der.oid(2, 5, 4, 3);
    private static final byte[] SUBJECT_ALT_NAME = Der.oid(2, 5, 29, 17);
    private static final byte[] EXTENDED_KEY_USAGE = Der.oid(2, 5, 29, 37);
    private static final byte[] SERVER_AUTH = Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1);

    private SelfSigned() {}

    /** For names and the addresses of {@code localhost}, in DER (RFC 5280 §4.1). */
    static byte[] certificate(KeyPair keys, List<String> dnsNames, Instant from, Instant until)
            throws GeneralSecurityException {
        return certificate(keys.getPublic(), keys.getPrivate(), dnsNames, from, until);
    }

    /**
     * The same for a key of any kind.
     *
     * @param issuer a key of EC
     */
    static byte[] certificate(
            PublicKey key, PrivateKey issuer, List<String> dnsNames, Instant from, Instant until)
            throws GeneralSecurityException {
        byte[] name =
                Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8("Orion development"))));
        byte[] version3 = Der.explicit(0, Der.integer(BigInteger.TWO));
        byte[] serial = Der.integer(new BigInteger(127, new SecureRandom()).add(BigInteger.ONE));
        byte[] validity = Der.sequence(Der.time(from), Der.time(until));
        byte[] toBeSigned =
                Der.sequence(
                        version3,
                        serial,
                        ECDSA_WITH_SHA256,
                        name,
                        validity,
                        name,
                        key.getEncoded(),
                        extensions(dnsNames));
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(issuer);
        signer.update(toBeSigned);
        return Der.sequence(toBeSigned, ECDSA_WITH_SHA256, Der.bits(signer.sign()));
    }

    private static byte[] extensions(List<String> dnsNames) {
        // RFC 5280 §4.2.1.6: [2] dNSName, [7] iPAddress
        Stream<byte[]> names =
                dnsNames.stream()
                        .map(name -> Der.implicit(2, name.getBytes(StandardCharsets.US_ASCII)));
        Stream<byte[]> addresses =
                Stream.of("127.0.0.1", "::1")
                        .map(NetUtil::createByteArrayFromIpAddressString)
                        .map(address -> Der.implicit(7, address));
        byte[] all = Der.sequence(Stream.concat(names, addresses).toArray(byte[][]::new));
        return Der.explicit(
                3,
                Der.sequence(
                        Der.sequence(SUBJECT_ALT_NAME, Der.octets(all)),
                        Der.sequence(EXTENDED_KEY_USAGE, Der.octets(Der.sequence(SERVER_AUTH)))));
    }
}

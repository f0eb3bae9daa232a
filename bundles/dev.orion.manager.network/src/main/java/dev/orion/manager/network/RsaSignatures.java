// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.OpenSslPrivateKeyMethod;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.net.ssl.SSLEngine;

/**
 * Signs for BoringSSL with an RSA key, which takes too long for an event loop.
 *
 * <p><b>Threads:</b> those for the arithmetic of handshakes, many at once.
 */
final class RsaSignatures implements OpenSslPrivateKeyMethod {

    private static final int TRAILER = 1; // RFC 8017 A.2.3

    private final PrivateKey key;

    RsaSignatures(PrivateKey key) {
        this.key = key;
    }

    @Override
    public byte[] sign(SSLEngine engine, int algorithm, byte[] input)
            throws GeneralSecurityException {
        Signature signature = signature(algorithm);
        signature.initSign(key);
        signature.update(input);
        return signature.sign();
    }

    /** Never: it would be for key exchanges that are not offered. */
    @Override
    public byte[] decrypt(SSLEngine engine, byte[] input) {
        throw new UnsupportedOperationException("key exchange by RSA");
    }

    private static Signature signature(int algorithm) throws GeneralSecurityException {
        if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA256) {
            return pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
        }
        if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA384) {
            return pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
        }
        if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA512) {
            return pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
        }
        if (algorithm == SSL_SIGN_RSA_PKCS1_SHA256) {
            return Signature.getInstance("SHA256withRSA");
        }
        if (algorithm == SSL_SIGN_RSA_PKCS1_SHA384) {
            return Signature.getInstance("SHA384withRSA");
        }
        if (algorithm == SSL_SIGN_RSA_PKCS1_SHA512) {
            return Signature.getInstance("SHA512withRSA");
        }
        throw new GeneralSecurityException(
                "signature algorithm 0x" + Integer.toHexString(algorithm));
    }

    private static Signature pss(String hash, MGF1ParameterSpec mask, int saltBytes)
            throws GeneralSecurityException {
        var signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(hash, "MGF1", mask, saltBytes, TRAILER));
        return signature;
    }
}

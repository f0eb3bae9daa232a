// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.configuration.ProposedConfiguration;
import dev.orion.net.Endpoint;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Finds what is wrong with the TLS keys of one proposed listener, by reading its files. */
record TlsCheck(Path home) {

    private static final String CERTIFICATE = "certificate";
    private static final String KEY = "key";
    private static final String CLIENTS = "clientCertificates";
    private static final String CA = "clientCa";
    private static final String VERSIONS = "tlsVersions";

    void check(ProposedConfiguration proposed, Endpoint endpoint) {
        Map<String, Object> values = proposed.values();
        if (!endpoint.isSecure()
                && !Boolean.TRUE.equals(values.get("tls"))
                && texts(values, CERTIFICATE).isEmpty()) {
            refuseWithoutTls(proposed);
            return;
        }
        if (Boolean.FALSE.equals(values.get("tls"))) {
            proposed.fault("tls", "false: this listener has TLS by its other keys");
        }
        if (values.get(VERSIONS) instanceof Object[] versions && versions.length == 0) {
            proposed.fault(VERSIONS, "is empty (expected: 1.2, 1.3 or both)");
        }
        checkIdentities(proposed, texts(values, CERTIFICATE), texts(values, KEY));
        checkClients(proposed, text(values, CLIENTS), text(values, CA));
    }

    private static void refuseWithoutTls(ProposedConfiguration proposed) {
        for (String key : List.of(KEY, CLIENTS, CA, VERSIONS)) {
            Object value = proposed.values().get(key);
            if (!isNothing(value)) {
                proposed.fault(key, "is for TLS, which needs a scheme such as https, or tls: true");
            }
        }
    }

    private void checkIdentities(
            ProposedConfiguration proposed, List<String> certificates, List<String> keys) {
        if (certificates.isEmpty() != keys.isEmpty()) {
            String there = certificates.isEmpty() ? KEY : CERTIFICATE;
            String other = certificates.isEmpty() ? CERTIFICATE : KEY;
            proposed.fault(there, "needs " + other + " beside it");
        } else if (certificates.size() != keys.size()) {
            proposed.fault(
                    KEY,
                    keys.size()
                            + " files (expected: one a certificate, "
                            + certificates.size()
                            + ")");
        }
        for (int each = 0; each < certificates.size(); each++) {
            String key = each < keys.size() ? keys.get(each) : "";
            checkIdentity(proposed, certificates.get(each), key);
        }
    }

    private void checkIdentity(ProposedConfiguration proposed, String certificate, String key) {
        X509Certificate first;
        try {
            first = Identity.certificates(home.resolve(certificate)).get(0);
        } catch (IllegalArgumentException unusable) {
            proposed.fault(CERTIFICATE, unusable.getMessage());
            return;
        }
        if (key.isEmpty()) {
            return;
        }
        try {
            Identity.key(home.resolve(key), first);
        } catch (IllegalArgumentException unusable) {
            proposed.fault(KEY, unusable.getMessage());
        }
    }

    private void checkClients(ProposedConfiguration proposed, String clients, String ca) {
        boolean asked = !clients.isEmpty() && !clients.equals("none");
        if (asked && ca.isEmpty()) {
            proposed.fault(CLIENTS, clients + ": needs clientCa");
        }
        if (ca.isEmpty()) {
            return;
        }
        if (!asked) {
            proposed.fault(CA, "needs clientCertificates: optional or required");
        }
        try {
            Identity.certificates(home.resolve(ca));
        } catch (IllegalArgumentException unusable) {
            proposed.fault(CA, unusable.getMessage());
        }
    }

    private static String text(Map<String, Object> values, String key) {
        return values.get(key) instanceof String text ? text : "";
    }

    /** Of a key that may be one text or several. */
    private static List<String> texts(Map<String, Object> values, String key) {
        return values.get(key) instanceof Object[] several
                ? TlsSettings.given(Arrays.copyOf(several, several.length, String[].class))
                : TlsSettings.given(text(values, key));
    }

    private static boolean isNothing(Object value) {
        if (value instanceof Object[] several) {
            return Arrays.stream(several).allMatch(TlsCheck::isNothing);
        }
        return value == null || "".equals(value);
    }
}

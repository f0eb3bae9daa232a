// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.configuration.ProposedConfiguration;
import dev.orion.net.Endpoint;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
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
                && text(values, CERTIFICATE).isEmpty()) {
            refuseWithoutTls(proposed);
            return;
        }
        if (Boolean.FALSE.equals(values.get("tls"))) {
            proposed.fault("tls", "false: this listener has TLS by its other keys");
        }
        if (values.get(VERSIONS) instanceof Object[] versions && versions.length == 0) {
            proposed.fault(VERSIONS, "is empty (expected: 1.2, 1.3 or both)");
        }
        checkIdentity(proposed, text(values, CERTIFICATE), text(values, KEY));
        checkClients(proposed, text(values, CLIENTS), text(values, CA));
    }

    private static void refuseWithoutTls(ProposedConfiguration proposed) {
        for (String key : List.of(KEY, CLIENTS, CA, VERSIONS)) {
            Object value = proposed.values().get(key);
            if (value != null && !"".equals(value)) {
                proposed.fault(key, "is for TLS, which needs a scheme such as https, or tls: true");
            }
        }
    }

    private void checkIdentity(ProposedConfiguration proposed, String certificate, String key) {
        if (certificate.isEmpty() != key.isEmpty()) {
            String there = certificate.isEmpty() ? KEY : CERTIFICATE;
            String other = certificate.isEmpty() ? CERTIFICATE : KEY;
            proposed.fault(there, "needs " + other + " beside it");
        }
        X509Certificate first = null;
        if (!certificate.isEmpty()) {
            try {
                first = Identity.certificates(home.resolve(certificate)).get(0);
            } catch (IllegalArgumentException unusable) {
                proposed.fault(CERTIFICATE, unusable.getMessage());
            }
        }
        if (first != null && !key.isEmpty()) {
            try {
                Identity.key(home.resolve(key), first);
            } catch (IllegalArgumentException unusable) {
                proposed.fault(KEY, unusable.getMessage());
            }
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
}

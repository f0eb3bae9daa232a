// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.ClientAuth;

/** Whether clients of a TLS listener say who they are with a certificate. */
enum ClientCertificates {
    NONE,
    OPTIONAL,
    REQUIRED;

    ClientAuth mode() {
        return switch (this) {
            case NONE -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

/** Where a listener's certificate and its key come from. */
interface IdentityFiles {

    /** The files that are looked at for changes. */
    TlsSettings.Files files();

    /**
     * What is in them.
     *
     * @throws IllegalArgumentException when they cannot be used; the message names the file
     */
    Identity read();

    /** Whether {@code identity}, read before, is to be read again though its files are the same. */
    boolean isOutdated(Identity identity);
}

// SPDX-License-Identifier: Apache-2.0

/**
 * What a protocol plug-in implements: it is given connections and turns their bytes into messages.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.protocol;

// SPDX-License-Identifier: Apache-2.0

/** Bridges: links to brokers of others over which channels are shared. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.bridge;

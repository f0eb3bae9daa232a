// SPDX-License-Identifier: Apache-2.0

/** The real-time side as protocols see it: clients, their deliveries, and the client protocol. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.client;

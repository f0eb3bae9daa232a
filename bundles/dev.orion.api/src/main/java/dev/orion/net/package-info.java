// SPDX-License-Identifier: Apache-2.0

/** Endpoints, listeners and connections, and the manager that owns them. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.net;

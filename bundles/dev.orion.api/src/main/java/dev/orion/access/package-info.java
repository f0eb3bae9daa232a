// SPDX-License-Identifier: Apache-2.0

/** Who may use the server API. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.access;

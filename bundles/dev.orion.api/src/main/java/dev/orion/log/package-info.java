// SPDX-License-Identifier: Apache-2.0

/** The running log: its last records and its levels. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.log;

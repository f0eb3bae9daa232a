// SPDX-License-Identifier: Apache-2.0

/** Checking a configuration as a whole before it is applied. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.configuration;

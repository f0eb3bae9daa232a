// SPDX-License-Identifier: Apache-2.0

/** Messages, what they carry, and the names of the channels they travel on. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.message;

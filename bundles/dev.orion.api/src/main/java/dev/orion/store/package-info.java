// SPDX-License-Identifier: Apache-2.0

/** Records that survive the process, for whatever must not be lost once it was acknowledged. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.store;

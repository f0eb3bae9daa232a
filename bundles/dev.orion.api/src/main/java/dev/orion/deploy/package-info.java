// SPDX-License-Identifier: Apache-2.0

/** Plug-ins that are added, replaced and taken away while everything runs. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.deploy;

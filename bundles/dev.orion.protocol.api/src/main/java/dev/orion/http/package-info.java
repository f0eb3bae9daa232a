// SPDX-License-Identifier: Apache-2.0

/** What a plug-in behind HTTP implements: it is given exchanges by their path. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.http;

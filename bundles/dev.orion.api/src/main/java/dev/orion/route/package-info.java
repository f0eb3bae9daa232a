// SPDX-License-Identifier: Apache-2.0

/** Routes: where connections, calls and datagrams go that no plug-in answers by itself. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.route;

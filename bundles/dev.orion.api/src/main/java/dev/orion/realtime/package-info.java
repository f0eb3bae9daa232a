// SPDX-License-Identifier: Apache-2.0

/** Channels and their clients, for hosts and plug-ins in plain Java. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.orion.realtime;

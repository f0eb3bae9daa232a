// SPDX-License-Identifier: Apache-2.0

/** Gives new connections to the protocol plug-ins, and tells connections when theirs goes. */
package dev.orion.manager.protocol;

// SPDX-License-Identifier: Apache-2.0

/** Owns event loops, listeners and accepted connections. */
package dev.orion.manager.network;

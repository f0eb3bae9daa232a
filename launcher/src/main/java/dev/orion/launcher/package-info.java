// SPDX-License-Identifier: Apache-2.0

/** Starts Orion, as a process of its own or inside another one. */
package dev.orion.launcher;

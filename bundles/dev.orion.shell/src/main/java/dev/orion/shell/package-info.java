// SPDX-License-Identifier: Apache-2.0

/** The commands of the shell, and the door through which {@code orion exec} runs one. */
package dev.orion.shell;

// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

/**
 * A text that configures something.
 *
 * @param name what a report calls it
 */
record Source(String name, String text) {}

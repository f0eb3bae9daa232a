// SPDX-License-Identifier: Apache-2.0

/** The configuration files: read, checked as a whole, applied, and watched. */
package dev.orion.config;

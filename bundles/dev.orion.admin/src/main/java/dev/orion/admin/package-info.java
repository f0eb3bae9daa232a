// SPDX-License-Identifier: Apache-2.0

/** What Orion tells its administrators of itself. */
package dev.orion.admin;

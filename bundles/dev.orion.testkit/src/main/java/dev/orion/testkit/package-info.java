// SPDX-License-Identifier: Apache-2.0

/** What tests of several bundles share. */
package dev.orion.testkit;

// SPDX-License-Identifier: Apache-2.0

/** Keeps records in segment files that only grow at their end. */
package dev.orion.store.log;

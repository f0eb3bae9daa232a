// SPDX-License-Identifier: Apache-2.0

/** Measures Orion from outside, next to a bare Netty server that does the same job. */
package dev.orion.bench;

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.function.IntSupplier;

/**
 * What stands behind servers that pass things on.
 *
 * @param connections takes those that are passed through
 * @param calls the port where calls of gRPC are answered
 */
record BackEnds(BackEnd connections, IntSupplier calls) {}

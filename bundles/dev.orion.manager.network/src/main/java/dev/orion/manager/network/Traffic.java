// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of all listeners that have had one name: what outlives a listener that moves.
 *
 * @param open how many there are
 * @param room those of them that wait
 * @param perAddress how many each address has, of those that were limited when they came
 * @param defences the limits that have held against their peers
 */
record Traffic(AtomicInteger open, WaitingRoom room, PerAddress perAddress, Defences defences) {}

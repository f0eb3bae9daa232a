// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

/**
 * What waits for a session at one moment.
 *
 * @param messages deliveries that are not acknowledged
 * @param bytes how long they are together, and what they cost besides
 * @param dropped how many it has had no room for since the process began
 */
public record SessionBacklog(int messages, long bytes, long dropped) {}

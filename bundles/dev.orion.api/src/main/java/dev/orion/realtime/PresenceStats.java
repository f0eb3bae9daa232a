// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

/** How many clients, and of how many different users, are subscribed to a channel. */
public record PresenceStats(int clients, int users) {}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

/**
 * What is known of one route at one moment.
 *
 * @param open connections, calls or flows that go along it
 * @param total how many have since it was configured; also while it was another one of its name
 * @param failed how many of them did not get where they were to go
 */
public record RouteInfo(
        String name, Match match, Target target, long open, long total, long failed) {}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

/**
 * What is known of one protocol plug-in at one moment.
 *
 * @param name what it speaks
 * @param bundle symbolic name of the bundle it comes from
 * @param version of that bundle
 * @param bundleId of that bundle
 * @param current whether new connections go to it; else it is draining, or has left
 * @param connections how many it serves
 * @param failures how many connections it threw an exception at when it was given them
 */
public record ProtocolInfo(
        String name,
        String bundle,
        String version,
        long bundleId,
        boolean current,
        int connections,
        long failures) {}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.configuration;

/**
 * One thing that is wrong in a configuration.
 *
 * @param source the file, or what else it was read from
 * @param line from 1; 0 where the fault has no line
 * @param message what is wrong and what was expected, for people
 */
public record Fault(String source, int line, String message) {

    @Override
    public String toString() {
        return line > 0 ? source + ":" + line + ": " + message : source + ": " + message;
    }
}

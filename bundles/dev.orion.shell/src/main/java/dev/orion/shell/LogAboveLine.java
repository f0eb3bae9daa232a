// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.util.function.Predicate;
import org.jline.reader.LineReader;

/**
 * Shows records of the log above the line that is being typed.
 *
 * <p>JLine is there only where there is a terminal: no other class of the bundle knows it.
 */
final class LogAboveLine implements Predicate<String> {

    private final LineReader line;

    LogAboveLine(Object reader) {
        this.line = (LineReader) reader;
    }

    /** While nobody types there is no line to keep whole. */
    @Override
    public boolean test(String record) {
        if (!line.isReading()) {
            return false;
        }
        line.printAbove(record);
        return true;
    }
}

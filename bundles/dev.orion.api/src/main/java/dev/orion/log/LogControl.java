// SPDX-License-Identifier: Apache-2.0
package dev.orion.log;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The running log, where Orion owns it; a host that brings its own logging has no such service.
 *
 * <p><b>Threads:</b> any; does not block.
 */
@ProviderType
public interface LogControl {

    /** The last records, oldest first, at most {@code count} of the 1,000 that are kept. */
    List<LogRecord> recent(int count);

    /** The loggers that have a level of their own, and the level. */
    Map<String, String> levels();

    /**
     * Sets a logger's level until the process ends.
     *
     * @param level {@code error}, {@code warn}, {@code info}, {@code debug}, {@code trace}, or
     *     {@code inherit}
     * @throws IllegalArgumentException when {@code level} is none of them
     */
    void level(String logger, String level);

    /**
     * Lets somebody who uses the terminal, too, show the records there.
     *
     * @param terminal is given whole lines, by one thread at a time, and answers whether it has
     *     shown them; those that it has not are written to the console as ever
     */
    void showThrough(Predicate<String> terminal);
}

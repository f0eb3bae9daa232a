// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the command line asks for. */
sealed interface Command {

    /** Where it all is unless {@code --home} says otherwise. */
    Path DEFAULT_HOME = Path.of("orion-home");

    /** Start, and run until told to stop. */
    record Run(Path home, List<Path> files, int portOffset, List<String> settings, boolean shell)
            implements Command {

        public Run {
            files = List.copyOf(files);
            settings = List.copyOf(settings);
            for (Path file : files) {
                if (!Files.isReadable(file)) {
                    throw new UsageException(
                            "--config " + file + ": no such file, or not readable");
                }
            }
        }
    }

    /** One shell command in the running instance. */
    record Exec(String command, Path home) implements Command {

        public Exec {
            if (command.isBlank() || command.lines().count() > 1) {
                throw new UsageException("exec: expected a command of one line");
            }
        }
    }

    /** Print the version. */
    record Version() implements Command {}

    /** Print how it is used. */
    record Help() implements Command {}

    /** Load what a start loads, for the class archive of the distribution, and stop. */
    record Train() implements Command {}

    /** The command line asks for something that there is not. */
    final class UsageException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }
}

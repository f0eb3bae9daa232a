// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.realtime.RefusedException;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/**
 * A command of the shell.
 *
 * <p>Commands are Gogo functions and not methods found by reflection: so they are given what was
 * typed and not what it looks like ({@code 007} stays a text), and say themselves what is wrong
 * with it.
 *
 * <p><b>Threads:</b> one thread per execution, which may block and is interrupted when whoever
 * asked does not want the answer any more.
 */
abstract class ShellCommand implements Function {

    /** The scope of our commands. */
    static final String SCOPE = "orion";

    private final Usage usage;
    private final String summary;

    /**
     * A command.
     *
     * @param usage how it is typed; the grammar of its arguments, as {@link Usage} describes
     * @param summary what it does, in one line
     */
    ShellCommand(String usage, String summary) {
        this.usage = new Usage(usage);
        this.summary = summary;
    }

    @Override
    public final Object execute(CommandSession session, List<Object> given) throws Exception {
        try {
            execute(given, Output.of(session));
            return null;
        } catch (IllegalArgumentException | IllegalStateException | RefusedException reason) {
            throw new CommandFailure(reason);
        }
    }

    private void execute(List<Object> given, Output output) throws Exception {
        Arguments arguments = usage.read(given);
        if (arguments.has(Usage.HELP)) {
            output.line(usage + "\n  " + summary);
        } else {
            run(arguments, output);
        }
    }

    /**
     * Does it and prints the answer; what it throws is the answer of a command that failed.
     *
     * @throws Exception with a message for people, in one line
     */
    abstract void run(Arguments arguments, Output output) throws Exception;

    final Usage usage() {
        return usage;
    }

    final String summary() {
        return summary;
    }

    /**
     * The service, if it is there.
     *
     * @throws IllegalStateException when it is not
     */
    static <T> T available(T service, String name) {
        if (service == null) {
            throw new IllegalStateException(
                    name + ": not available (expected: its bundle to be active)");
        }
        return service;
    }
}

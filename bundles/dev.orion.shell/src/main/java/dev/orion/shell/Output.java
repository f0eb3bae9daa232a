// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;

/**
 * Where a command prints: the terminal, the client of {@code orion exec}, or the next command of a
 * pipe. Always UTF-8, whatever the JVM takes for its default.
 */
final class Output {

    private final PrintStream out;
    private final PrintStream err;
    private final PrintStream console; // Gogo's streams do not hand a flush on to it

    Output(PrintStream out, PrintStream err, PrintStream console) {
        this.out = out;
        this.err = err;
        this.console = console;
    }

    /** The streams of the process that runs on this thread; outside a pipe the session's own. */
    static Output of(CommandSession session) {
        Process process = Process.Utils.current();
        return process == null
                ? new Output(session.getConsole(), session.getConsole(), session.getConsole())
                : new Output(process.out(), process.err(), session.getConsole());
    }

    /** Prints a text that may have several lines, and ends the last. */
    void line(String text) {
        print(out, text);
    }

    /** Prints a remark that is not part of the answer. */
    void remark(String text) {
        print(err, text);
    }

    /** Prints a table, or the same as one JSON array. */
    <T> void table(Arguments arguments, Table<T> table, List<T> rows) {
        line(arguments.json() ? Json.text(table.objects(rows)) : table.text(rows));
    }

    /** Whether nobody reads any more. */
    boolean isBroken() {
        return out.checkError();
    }

    private void print(PrintStream stream, String text) {
        String ended = text.endsWith("\n") ? text : text + "\n";
        byte[] bytes = ended.getBytes(StandardCharsets.UTF_8);
        stream.write(bytes, 0, bytes.length);
        stream.flush();
        console.flush();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command line in a Gogo session of its own, without a terminal.
 *
 * <p><b>Threads:</b> {@link #execute} blocks its caller; {@link #close}, from any thread,
 * interrupts what it runs.
 */
final class CommandRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.shell");

    private final CommandSession session;
    private final OutputStream out;
    private final OutputStream err;

    CommandRun(CommandProcessor processor, OutputStream out, OutputStream err) {
        this.session = processor.createSession(InputStream.nullInputStream(), out, err);
        this.out = out;
        this.err = err;
        session.put("SCOPE", ShellProfile.SCOPES);
        session.put(CommandSession.OPTION_NO_GLOB, true); // * and ? are not files here
    }

    /**
     * Runs it and writes its result, or in one line why there is none.
     *
     * @return the exit code
     */
    int execute(String line) throws IOException {
        try {
            Object result = session.execute(line);
            if (result != null) {
                write(out, session.format(result, Converter.INSPECT).toString());
            }
            return 0;
        } catch (Exception failed) {
            return fail(failed);
        } catch (StackOverflowError tooDeep) { // Gogo's parser recurses
            return fail(new IllegalArgumentException("command: nested too deeply"));
        }
    }

    @Override
    public void close() {
        session.close();
    }

    private int fail(Exception failed) throws IOException {
        LOG.atDebug().addKeyValue("reason", failed.toString()).log("Shell command failed");
        write(err, message(failed));
        return 1;
    }

    private static void write(OutputStream to, String text) throws IOException {
        String ended = text.endsWith("\n") ? text : text + "\n";
        to.write(ended.getBytes(StandardCharsets.UTF_8));
    }

    /** The message of what we throw on purpose; of anything else also what it is. */
    private static String message(Throwable failed) {
        Throwable reason =
                failed instanceof ExecutionException && failed.getCause() != null
                        ? failed.getCause()
                        : failed;
        String kind = reason.getClass().getSimpleName();
        if (reason.getMessage() == null) {
            return kind;
        }
        String text = Printable.text(reason.getMessage());
        boolean forPeople =
                reason instanceof IllegalArgumentException // Gogo's own, too
                        || reason instanceof IllegalStateException
                        || reason instanceof CommandFailure;
        return forPeople ? text : kind + ": " + text;
    }
}

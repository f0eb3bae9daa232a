// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.service.command.CommandSession;

/** A Gogo runtime with some of our commands in it, for tests. */
final class Shell {

    final CommandProcessorImpl processor = new CommandProcessorImpl();

    /** Adds a command under the name of its class. */
    Shell with(ShellCommand command) {
        String name = command.getClass().getSimpleName().replace("Command", "");
        processor.addCommand(ShellCommand.SCOPE, command, name.toLowerCase(Locale.ROOT));
        return this;
    }

    /** What the command prints, remarks excluded. */
    String run(String line) {
        var out = new ByteArrayOutputStream();
        var in = new ByteArrayInputStream(new byte[0]);
        CommandSession session = processor.createSession(in, out, new ByteArrayOutputStream());
        try {
            session.put("SCOPE", ShellProfile.SCOPES);
            session.execute(line);
            return out.toString(StandardCharsets.UTF_8);
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        } finally {
            session.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShellProfileTest {

    private static final Path HISTORY = Path.of("shell.history");

    private final CommandProcessorImpl processor = new CommandProcessorImpl();
    private CommandSession session;

    @BeforeEach
    void open() {
        processor.addListener(new ShellProfile(Optional.of(HISTORY)));
        session =
                processor.createSession(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream());
    }

    @Test
    void givesGogosInteractiveSessionOurPromptAndScopes() throws Exception {
        session.put(".terminal", "a terminal");

        session.execute("SCOPE = 'gogo:*'; prompt = 'g! '");

        assertThat(session.get("prompt")).isEqualTo("orion> ");
        assertThat(session.get("SCOPE")).isEqualTo("orion:gogo:*");
        assertThat(session.get(".gosh_quiet")).isEqualTo(true);
        assertThat(session.get("history-file")).isEqualTo(HISTORY);
    }

    @Test
    void leavesWhatSomebodyChose() throws Exception {
        session.execute("SCOPE = 'gogo:*'; prompt = 'mine '");
        session.execute("SCOPE = 'gogo:*'");

        assertThat(session.get("prompt")).isEqualTo("mine ");
        assertThat(session.get("SCOPE")).isEqualTo("gogo:*");
    }

    @Test
    void leavesSessionsWithoutAProfileAlone() throws Exception {
        session.execute("x = 1");

        assertThat(session.get("SCOPE")).isNull();
        assertThat(session.get("prompt")).isNull();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./orion run} in a terminal, as somebody sees and leaves it. */
class TerminalIT {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String READY = " ready in ";
    private static final String PROMPT = "orion>";
    private static final String CONTROL_C = "\u0003";
    private static final String CONTROL_D = "\u0004";

    @TempDir Path home;

    @BeforeEach
    void needsATerminal() {
        assumeTrue(Tool.isThere(TerminalProcess.PROGRAM), "skipped: no script (Debian: bsdutils)");
    }

    @Test
    void showsThePromptAndAnswersThere() throws Exception {
        try (var terminal = prompted()) {
            terminal.type("listeners\r");

            terminal.awaitShown(
                    shown ->
                            afterPrompt(shown).matches("(?s).*NAME +ENDPOINT.*")
                                    && afterPrompt(shown).contains("serving"),
                    SOON);
            assertThat(terminal.shown()).doesNotContain("Exception");
        }
    }

    @Test
    void exitLeavesWithZero() throws Exception {
        try (var terminal = prompted()) {
            terminal.type("exit\r");

            assertThat(terminal.awaitExit()).as(terminal.shown()).isZero();
            assertThat(terminal.shown()).doesNotContain("Exception");
        }
    }

    @Test
    void controlDLeavesWithZero() throws Exception {
        try (var terminal = prompted()) {
            terminal.type(CONTROL_D);

            assertThat(terminal.awaitExit()).as(terminal.shown()).isZero();
        }
    }

    @Test
    void controlCDropsTheLineAndStays() throws Exception {
        try (var terminal = prompted()) {
            terminal.type("nosuchcommand" + CONTROL_C);
            terminal.awaitShown(shown -> afterPrompt(shown).lastIndexOf(PROMPT) > 0, SOON);
            terminal.type("protocols\r");

            terminal.awaitShown(shown -> afterPrompt(shown).contains("dev.orion.protocol"), SOON);
            assertThat(terminal.shown()).doesNotContain("not found");
        }
    }

    @Test
    void aSignalEndsItWithZero() throws Exception {
        try (var terminal = prompted()) {
            terminal.orion().destroy(); // SIGTERM

            assertThat(terminal.awaitExit()).as(terminal.shown()).isZero();
        }
    }

    @Test
    void withoutTheShellControlCDrainsAndEndsWithZero() throws Exception {
        try (var terminal = TerminalProcess.start(home, "--no-shell")) {
            terminal.awaitShown(shown -> shown.contains(READY), START);
            assertThat(terminal.shown()).doesNotContain(PROMPT);

            terminal.type(CONTROL_C);

            assertThat(terminal.awaitExit()).as(terminal.shown()).isZero();
            assertThat(terminal.shown()).contains("Listener closed");
        }
    }

    private TerminalProcess prompted() throws Exception {
        var terminal = TerminalProcess.start(home);
        try {
            terminal.awaitShown(shown -> !afterPrompt(shown).isEmpty(), START);
        } catch (AssertionError | InterruptedException failure) {
            terminal.close();
            throw failure;
        }
        return terminal;
    }

    /** All from the first prompt on, which comes after the line that says that it is ready. */
    private static String afterPrompt(String shown) {
        int ready = shown.indexOf(READY);
        int prompt = ready < 0 ? -1 : shown.indexOf(PROMPT, ready);
        return prompt < 0 ? "" : shown.substring(prompt);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.log.LogControl;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Makes Gogo's interactive sessions ours: the prompt, no banner, a history in the home, the log
 * above the line that is typed, and our commands before others of the same name.
 *
 * <p>What Gogo's own profile has set is changed once, so whoever sets it to something else, in a
 * profile or by hand, keeps that.
 *
 * <p><b>Threads:</b> a session's own, one call at a time per session.
 */
@Component
public final class ShellProfile implements CommandSessionListener {

    /** Where bare names are looked up, first to last. */
    static final String SCOPES = ShellCommand.SCOPE + ":gogo:*";

    static final String PROMPT = "orion> ";

    private static final String TERMINAL = ".terminal"; // of gogo.jline, as are the next
    private static final String READER = ".reader";
    private static final String QUIET = ".gosh_quiet";
    private static final String SCOPE = "SCOPE";
    private static final String PROMPT_VARIABLE = "prompt";
    private static final String GOGO_SCOPES = "gogo:*";
    private static final String GOGO_PROMPT = "g! ";
    private static final String HISTORY = "history-file";
    private static final String DONE = ".orion";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile LogControl log;

    private final Optional<Path> history;

    /** With the history in the home's {@code data}, where there is a home. */
    @Activate
    public ShellProfile(BundleContext context) {
        this(
                Optional.ofNullable(context.getProperty("orion.home"))
                        .map(home -> Path.of(home, "data", "shell.history")));
    }

    ShellProfile(Optional<Path> history) {
        this.history = history;
    }

    @Override
    public void beforeExecute(CommandSession session, CharSequence line) {
        if (session.get(TERMINAL) != null && session.get(SCOPE) == null) {
            session.put(QUIET, true); // the profile has not run yet
            history.ifPresent(file -> session.put(HISTORY, file));
            showLogAbove(session.get(READER));
        }
        apply(session);
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Exception failure) {
        apply(session);
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Object result) {
        apply(session);
    }

    private void showLogAbove(Object reader) {
        LogControl control = log;
        if (control != null && reader != null) {
            control.showThrough(new LogAboveLine(reader));
        }
    }

    @Deactivate
    void close() {
        LogControl control = log;
        if (control != null) {
            control.showThrough(record -> false);
        }
    }

    private static void apply(CommandSession session) {
        boolean profiled = session.get(PROMPT_VARIABLE) != null;
        if (!profiled || session.get(DONE) != null || !GOGO_SCOPES.equals(session.get(SCOPE))) {
            return;
        }
        session.put(DONE, true);
        session.put(SCOPE, SCOPES);
        if (GOGO_PROMPT.equals(session.get(PROMPT_VARIABLE))) {
            session.put(PROMPT_VARIABLE, PROMPT);
        }
    }
}

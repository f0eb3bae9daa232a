// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.osgi.service.component.annotations.Component;

/**
 * Makes Gogo's interactive sessions ours: the prompt, no banner, and our commands before others of
 * the same name.
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
    private static final String QUIET = ".gosh_quiet";
    private static final String SCOPE = "SCOPE";
    private static final String PROMPT_VARIABLE = "prompt";
    private static final String GOGO_SCOPES = "gogo:*";
    private static final String GOGO_PROMPT = "g! ";
    private static final String DONE = ".orion";

    @Override
    public void beforeExecute(CommandSession session, CharSequence line) {
        if (session.get(TERMINAL) != null && session.get(SCOPE) == null) {
            session.put(QUIET, true); // the profile has not run yet
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

// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.ArrayList;
import java.util.List;

/** A throwable as a summary and the lines below it. */
final class StackLines {

    static final int MOST = 100;

    private StackLines() {}

    /** The class and the message, in one line. */
    static String summary(IThrowableProxy error) {
        String message = error.getMessage();
        return message == null
                ? error.getClassName()
                : error.getClassName() + ": " + Texts.bounded(Secrets.hide(message));
    }

    /**
     * The frames, then the suppressed throwables and the causes with theirs; at most {@link #MOST}.
     */
    static List<String> of(IThrowableProxy error) {
        var lines = new ArrayList<String>();
        add(lines, error, "");
        if (lines.size() > MOST) {
            int cut = lines.size() - MOST;
            lines.subList(MOST, lines.size()).clear();
            lines.add("... " + cut + " lines cut");
        }
        return lines;
    }

    private static void add(List<String> lines, IThrowableProxy error, String indent) {
        StackTraceElementProxy[] frames = error.getStackTraceElementProxyArray();
        int shown = frames.length - error.getCommonFrames();
        for (int i = 0; i < shown; i++) {
            lines.add(indent + frames[i].getSTEAsString());
        }
        if (error.getCommonFrames() > 0) {
            lines.add(indent + "... " + error.getCommonFrames() + " more");
        }
        for (IThrowableProxy suppressed : error.getSuppressed()) {
            lines.add(indent + "suppressed: " + summary(suppressed));
            add(lines, suppressed, indent + "  ");
        }
        if (error.getCause() != null) {
            lines.add(indent + "caused by: " + summary(error.getCause()));
            add(lines, error.getCause(), indent);
        }
    }
}

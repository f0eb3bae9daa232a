// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs and keeps what goes wrong with bundles.
 *
 * <p><b>Threads:</b> any.
 */
final class BundleFailures implements FrameworkListener {

    private static final int KEPT = 100;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** Of what the framework both logs and sends as an event, the second is let go. */
    private final Set<Throwable> told =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR) {
            report(event.getBundle(), event.getThrowable());
        }
    }

    void report(Bundle bundle, Throwable failure) {
        if (!told.add(failure)) {
            return;
        }
        String reason = reason(failure);
        log().atWarn()
                .addKeyValue("bundle", bundle.getSymbolicName())
                .addKeyValue("version", bundle.getVersion())
                .addKeyValue("reason", reason)
                .log("Bundle failed");
        if (lines.size() < KEPT) {
            lines.add(bundle.getSymbolicName() + " " + bundle.getVersion() + ": " + reason);
        }
    }

    /** The message of the innermost cause, in one line. */
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null
                ? innermost.getClass().getName()
                : message.lines().findFirst().orElse("").strip();
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Asked for when it is needed: the log is being set up while the framework is made. */
    private static Logger log() {
        return LoggerFactory.getLogger("dev.orion.launcher");
    }
}

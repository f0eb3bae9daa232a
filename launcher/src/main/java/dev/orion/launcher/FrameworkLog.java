// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/**
 * What the framework itself has to say, which it prints if nobody takes it.
 *
 * <p>What is thrown by a bundle comes as an event too, and is told once.
 *
 * <p><b>Threads:</b> any.
 */
final class FrameworkLog extends Logger {

    /** The key under which the framework looks for it. */
    static final String PROPERTY = "felix.log.logger";

    private static final String NAME = "org.apache.felix.framework";

    private final BundleFailures failures;

    FrameworkLog(BundleFailures failures) {
        this.failures = failures;
    }

    @Override
    @SuppressWarnings("rawtypes") // as Felix has it
    protected void doLog(
            Bundle bundle, ServiceReference service, int level, String message, Throwable failure) {
        if (level == LOG_ERROR && bundle != null && failure != null) {
            failures.report(bundle, failure);
        } else {
            write(bundle, level, message, failure);
        }
    }

    @Override
    protected void doLog(int level, String message, Throwable failure) {
        write(null, level, message, failure);
    }

    private static void write(Bundle bundle, int level, String message, Throwable failure) {
        // Asked for when it is needed: the log is being set up while the framework is made.
        var record = LoggerFactory.getLogger(NAME).atLevel(BundleLog.level(level));
        if (bundle != null) {
            record = record.addKeyValue("bundle", bundle.getSymbolicName());
        }
        if (failure != null) {
            record = record.setCause(failure);
        }
        record.log(message);
    }
}

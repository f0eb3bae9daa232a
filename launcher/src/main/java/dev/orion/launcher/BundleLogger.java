// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.Locale;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LoggerConsumer;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger that a bundle gets from {@link BundleLog}.
 *
 * <p><b>Threads:</b> any.
 */
final class BundleLogger implements FormatterLogger {

    private final Logger logger;
    private final String name;
    private final boolean printf;

    /**
     * A logger.
     *
     * @param printf whether formats are those of {@link String#format}, else {@code {}} stands for
     *     an argument
     */
    BundleLogger(Logger logger, String name, boolean printf) {
        this.logger = logger;
        this.name = name;
        this.printf = printf;
    }

    @Override
    public String getName() {
        return name;
    }

    private boolean isEnabled(Level level) {
        return logger.isEnabledForLevel(BundleLog.level(logger, level));
    }

    private void write(Level level, String text) {
        if (isEnabled(level)) {
            BundleLog.write(logger, BundleLog.level(logger, level), text, null);
        }
    }

    /** The last argument may be what was thrown. */
    private void write(Level level, String format, Object... arguments) {
        if (!isEnabled(level)) {
            return;
        }
        var formatted = MessageFormatter.arrayFormat(format, arguments);
        String text =
                printf ? String.format(Locale.ROOT, format, arguments) : formatted.getMessage();
        BundleLog.write(logger, BundleLog.level(logger, level), text, formatted.getThrowable());
    }

    private <E extends Exception> void tell(Level level, LoggerConsumer<E> what) throws E {
        if (isEnabled(level)) {
            what.accept(this);
        }
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(Level.TRACE);
    }

    @Override
    public void trace(String message) {
        write(Level.TRACE, message);
    }

    @Override
    public void trace(String format, Object argument) {
        write(Level.TRACE, format, new Object[] {argument});
    }

    @Override
    public void trace(String format, Object first, Object second) {
        write(Level.TRACE, format, new Object[] {first, second});
    }

    @Override
    public void trace(String format, Object... arguments) {
        write(Level.TRACE, format, arguments);
    }

    @Override
    public <E extends Exception> void trace(LoggerConsumer<E> what) throws E {
        tell(Level.TRACE, what);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Level.DEBUG);
    }

    @Override
    public void debug(String message) {
        write(Level.DEBUG, message);
    }

    @Override
    public void debug(String format, Object argument) {
        write(Level.DEBUG, format, new Object[] {argument});
    }

    @Override
    public void debug(String format, Object first, Object second) {
        write(Level.DEBUG, format, new Object[] {first, second});
    }

    @Override
    public void debug(String format, Object... arguments) {
        write(Level.DEBUG, format, arguments);
    }

    @Override
    public <E extends Exception> void debug(LoggerConsumer<E> what) throws E {
        tell(Level.DEBUG, what);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Level.INFO);
    }

    @Override
    public void info(String message) {
        write(Level.INFO, message);
    }

    @Override
    public void info(String format, Object argument) {
        write(Level.INFO, format, new Object[] {argument});
    }

    @Override
    public void info(String format, Object first, Object second) {
        write(Level.INFO, format, new Object[] {first, second});
    }

    @Override
    public void info(String format, Object... arguments) {
        write(Level.INFO, format, arguments);
    }

    @Override
    public <E extends Exception> void info(LoggerConsumer<E> what) throws E {
        tell(Level.INFO, what);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Level.WARN);
    }

    @Override
    public void warn(String message) {
        write(Level.WARN, message);
    }

    @Override
    public void warn(String format, Object argument) {
        write(Level.WARN, format, new Object[] {argument});
    }

    @Override
    public void warn(String format, Object first, Object second) {
        write(Level.WARN, format, new Object[] {first, second});
    }

    @Override
    public void warn(String format, Object... arguments) {
        write(Level.WARN, format, arguments);
    }

    @Override
    public <E extends Exception> void warn(LoggerConsumer<E> what) throws E {
        tell(Level.WARN, what);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Level.ERROR);
    }

    @Override
    public void error(String message) {
        write(Level.ERROR, message);
    }

    @Override
    public void error(String format, Object argument) {
        write(Level.ERROR, format, new Object[] {argument});
    }

    @Override
    public void error(String format, Object first, Object second) {
        write(Level.ERROR, format, new Object[] {first, second});
    }

    @Override
    public void error(String format, Object... arguments) {
        write(Level.ERROR, format, arguments);
    }

    @Override
    public <E extends Exception> void error(LoggerConsumer<E> what) throws E {
        tell(Level.ERROR, what);
    }

    @Override
    public void audit(String message) {
        write(Level.INFO, message);
    }

    @Override
    public void audit(String format, Object argument) {
        write(Level.INFO, format, new Object[] {argument});
    }

    @Override
    public void audit(String format, Object first, Object second) {
        write(Level.INFO, format, new Object[] {first, second});
    }

    @Override
    public void audit(String format, Object... arguments) {
        write(Level.INFO, format, arguments);
    }
}

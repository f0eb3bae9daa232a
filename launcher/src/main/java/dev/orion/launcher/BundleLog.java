// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The OSGi log of one bundle: what it logs goes to SLF4J, by a logger that has the bundle's
 * symbolic name.
 *
 * <p>Declarative Services, Configuration Admin and File Install look for such a service and print
 * to standard output where there is none.
 *
 * <p><b>Threads:</b> any.
 */
@SuppressWarnings("deprecation") // log(int, …) is what Configuration Admin and File Install call
final class BundleLog implements LogService {

    /** A log for each bundle that asks for one. */
    static final class PerBundle implements ServiceFactory<LogService> {

        @Override
        public LogService getService(Bundle bundle, ServiceRegistration<LogService> registration) {
            return new BundleLog(bundle);
        }

        @Override
        public void ungetService(
                Bundle bundle, ServiceRegistration<LogService> registration, LogService log) {
            // It holds nothing.
        }
    }

    /** As Declarative Services begins what it says of a bundle or a component. */
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "bundle \\S+ \\(\\d+\\)(?:\\[(?<component>[^\\](]+)(?:\\(\\d+\\))?\\] ?:?)? "
                            + "(?<message>.*)",
                    Pattern.DOTALL);

    private static final String FELIX = "org.apache.felix.";

    private final Bundle bundle;

    private BundleLog(Bundle bundle) {
        this.bundle = bundle;
    }

    @Override
    public void log(int level, String message) {
        log(level, message, null);
    }

    @Override
    public void log(int level, String message, Throwable failure) {
        write(bundle, level(level), message, failure);
    }

    @Override
    public void log(ServiceReference<?> service, int level, String message) {
        log(level, message, null);
    }

    @Override
    public void log(ServiceReference<?> service, int level, String message, Throwable failure) {
        log(level, message, failure);
    }

    @Override
    public Logger getLogger(String name) {
        return getLogger(name, Logger.class);
    }

    @Override
    public Logger getLogger(Class<?> type) {
        return getLogger(type.getName(), Logger.class);
    }

    @Override
    public <L extends Logger> L getLogger(String name, Class<L> kind) {
        return getLogger(bundle, name, kind);
    }

    @Override
    public <L extends Logger> L getLogger(Class<?> type, Class<L> kind) {
        return getLogger(bundle, type.getName(), kind);
    }

    @Override
    public <L extends Logger> L getLogger(Bundle of, String name, Class<L> kind) {
        if (kind != Logger.class && kind != FormatterLogger.class) {
            throw new IllegalArgumentException(
                    "logger type: " + kind.getName() + " (expected: Logger or FormatterLogger)");
        }
        return kind.cast(new BundleLogger(logger(of), name, kind == FormatterLogger.class));
    }

    private static void write(Bundle bundle, Level level, String text, Throwable failure) {
        org.slf4j.Logger logger = logger(bundle);
        write(logger, level(logger, level), text, failure);
    }

    static void write(org.slf4j.Logger logger, Level level, String text, Throwable failure) {
        LoggingEventBuilder record = logger.atLevel(level);
        Matcher origin = ORIGIN.matcher(text == null ? "" : text);
        boolean told = origin.matches();
        if (told && origin.group("component") != null) {
            record = record.addKeyValue("component", origin.group("component"));
        }
        if (failure != null) {
            record = record.setCause(failure);
        }
        record.log(told ? origin.group("message").strip() : String.valueOf(text));
    }

    static org.slf4j.Logger logger(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return LoggerFactory.getLogger(name == null ? "bundle." + bundle.getBundleId() : name);
    }

    /** What Felix has to say while nothing is wrong is of use only to who looks for something. */
    static Level level(org.slf4j.Logger logger, Level level) {
        return level == Level.INFO && logger.getName().startsWith(FELIX) ? Level.DEBUG : level;
    }

    /** The levels of the OSGi log, of which there can be others. */
    static Level level(int level) {
        return switch (level) {
            case LOG_ERROR -> Level.ERROR;
            case LOG_WARNING -> Level.WARN;
            case LOG_INFO -> Level.INFO;
            default -> Level.DEBUG;
        };
    }
}

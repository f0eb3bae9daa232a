// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.configuration.Durations;
import dev.orion.net.ConnectionEvent;
import dev.orion.net.ConnectionListener;
import dev.orion.net.ListensTo;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * {@code events}: prints what happens to connections from now on.
 *
 * <p>It is a listener of connections like any other, for as long as it runs.
 *
 * <p><b>Ends:</b> as {@link SubscribeCommand} does.
 */
@Component(service = Function.class)
@Command(function = "events")
public final class EventsCommand extends ShellCommand {

    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final BiFunction<ConnectionListener, Map<String, Object>, Runnable> whiteboard;

    @Activate
    public EventsCommand(BundleContext context) {
        this((listener, properties) -> register(context, listener, properties));
    }

    /**
     * @param whiteboard registers a listener with its service properties; what it returns takes it
     *     back
     */
    EventsCommand(BiFunction<ConnectionListener, Map<String, Object>, Runnable> whiteboard) {
        super(
                "events [--data] [--count N] [--for TIME] [--json]",
                "Prints what happens to connections as it happens, until Ctrl-C, a number or a time"
                        + " such as 10s.");
        this.whiteboard = whiteboard;
    }

    @Override
    void run(Arguments arguments, Output output) throws InterruptedException {
        arguments.words(0, 0);
        int count = arguments.option("--count").map(arguments::count).orElse(Integer.MAX_VALUE);
        Duration time = arguments.option("--for").map(Durations::parse).orElse(FOREVER);
        Map<String, Object> wishes =
                arguments.has("--data") ? Map.of(ListensTo.PROPERTY, ListensTo.DATA) : Map.of();
        var waiting = new Waiting<ConnectionEvent>();
        Runnable leave = whiteboard.apply(waiting::add, wishes);
        try {
            output.remark("listening");
            print(waiting, count, time, arguments.json(), output);
        } finally {
            leave.run();
        }
        if (waiting.missed() > 0) {
            output.remark("missed " + waiting.missed() + " events: they came too fast to print");
        }
    }

    private static void print(
            Waiting<ConnectionEvent> waiting, int count, Duration time, boolean json, Output output)
            throws InterruptedException {
        Duration limit = time.compareTo(FOREVER) < 0 ? time : FOREVER; // so that it fits a long
        long end = System.nanoTime() + limit.toNanos();
        for (int printed = 0; printed < count && !output.isBroken(); printed++) {
            ConnectionEvent event = waiting.next(end - System.nanoTime());
            if (event == null) {
                return;
            }
            output.line(json ? EventLines.json(event) : EventLines.text(event));
        }
    }

    private static Runnable register(
            BundleContext context, ConnectionListener listener, Map<String, Object> properties) {
        ServiceRegistration<ConnectionListener> registration =
                context.registerService(
                        ConnectionListener.class, listener, FrameworkUtil.asDictionary(properties));
        return () -> {
            try {
                registration.unregister();
            } catch (IllegalStateException stopped) {
                // the framework has done it when the bundle was stopped
            }
        };
    }
}

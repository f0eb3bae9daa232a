// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.configuration.Durations;
import dev.orion.message.ChannelPattern;
import dev.orion.message.Message;
import dev.orion.realtime.RealtimeManager;
import dev.orion.realtime.Subscription;
import java.time.Duration;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * {@code subscribe}: prints what is published on a channel from now on.
 *
 * <p><b>Ends:</b> after {@code --count} messages, after {@code --for} a time, or when its thread is
 * interrupted: by Ctrl-C, or because the client of {@code orion exec} left.
 */
@Component(service = Function.class)
@Command(function = "subscribe")
public final class SubscribeCommand extends ShellCommand {

    private static final Duration FOREVER = Duration.ofDays(36_500);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile RealtimeManager realtime;

    public SubscribeCommand() {
        super(
                "subscribe CHANNEL|PATTERN [--count N] [--for TIME] [--json]",
                "Prints the messages of a channel, or of a pattern such as a/#, as they come, until"
                        + " Ctrl-C, a number or a time such as 10s.");
    }

    @Override
    void run(Arguments arguments, Output output) throws InterruptedException {
        ChannelPattern channels = ChannelPattern.parse(arguments.words(1, 1).get(0));
        int count = arguments.option("--count").map(arguments::count).orElse(Integer.MAX_VALUE);
        Duration time = arguments.option("--for").map(Durations::parse).orElse(FOREVER);
        var waiting = new Waiting<Message>();
        try (Subscription subscription =
                available(realtime, "real-time manager")
                        .subscribe(channels.toString(), waiting::add)) {
            output.remark("subscribed to " + channels);
            java.util.function.Function<Message, String> form =
                    arguments.json()
                            ? MessageLines::json
                            : message -> MessageLines.text(message, channels.hasWildcards());
            print(waiting, count, time, form, output);
            long missed = waiting.missed() + subscription.missed();
            if (missed > 0) {
                output.remark("missed " + missed + " messages: they came faster than they printed");
            }
        }
    }

    private static void print(
            Waiting<Message> waiting,
            int count,
            Duration time,
            java.util.function.Function<Message, String> form,
            Output output)
            throws InterruptedException {
        Duration limit = time.compareTo(FOREVER) < 0 ? time : FOREVER; // so that it fits a long
        long end = System.nanoTime() + limit.toNanos();
        for (int printed = 0; printed < count && !output.isBroken(); printed++) {
            Message message = waiting.next(end - System.nanoTime());
            if (message == null) {
                return;
            }
            output.line(form.apply(message));
        }
    }
}

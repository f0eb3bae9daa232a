// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.message.ChannelName;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.realtime.RealtimeManager;
import dev.orion.realtime.RefusedException;
import dev.orion.realtime.StreamPosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code publish}: one message to everybody on a channel. */
@Component(service = Function.class)
@Command(function = "publish")
public final class PublishCommand extends ShellCommand {

    private static final Origin SHELL = new Origin("", "", "shell");
    private static final long PATIENCE_SECONDS = 10;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile RealtimeManager realtime;

    public PublishCommand() {
        super(
                "publish CHANNEL JSON-OR-TEXT… [--text] [--json]",
                "Publishes a message: as JSON where it is valid JSON and not --text, else as"
                        + " text.");
    }

    @Override
    void run(Arguments arguments, Output output) throws Exception {
        List<String> words = arguments.words(2, Integer.MAX_VALUE);
        String channel = ChannelName.check(words.get(0));
        String message = String.join(" ", words.subList(1, words.size()));
        Payload payload = arguments.has("--text") ? Payload.text(message) : payload(message);
        StreamPosition position = publish(channel, payload);
        if (arguments.json()) {
            output.line(Json.text(answer(channel, payload, position)));
        } else {
            String offset = position.offset() == 0 ? "" : ", offset " + position.offset();
            output.line("published to " + channel + " as " + payload.contentType() + offset);
        }
    }

    private StreamPosition publish(String channel, Payload payload)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return available(realtime, "real-time manager")
                    .publish(channel, Publication.of(payload), SHELL)
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw failed;
        }
    }

    /** What looks like JSON and is not has most likely lost its quotes to the shell. */
    private static Payload payload(String message) {
        try {
            return Payload.json(message);
        } catch (IllegalArgumentException notJson) {
            if (message.startsWith("{") || message.startsWith("[")) {
                throw new IllegalArgumentException(
                        notJson.getMessage()
                                + " in "
                                + message
                                + "; put 'single quotes' around JSON, or use --text",
                        notJson);
            }
            return Payload.text(message);
        }
    }

    private static Map<String, Object> answer(
            String channel, Payload payload, StreamPosition position) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("channel", channel);
        answer.put("contentType", payload.contentType());
        answer.put("offset", position.offset());
        answer.put("epoch", position.epoch());
        return answer;
    }
}

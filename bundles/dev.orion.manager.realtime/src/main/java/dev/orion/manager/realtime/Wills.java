// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Will;
import dev.orion.message.ChannelName;
import dev.orion.realtime.ChannelRules;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes wills, as the clients would have been allowed to.
 *
 * <p><b>Threads:</b> any.
 */
final class Wills {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private final Channels channels;

    Wills(Channels channels) {
        this.channels = channels;
    }

    /** Completes when it is as safe as any publication, or was refused. */
    CompletionStage<Void> publish(Will will, LastingSession session) {
        var done = new CompletableFuture<Void>();
        String channel = will.channel();
        ChannelRules rules =
                ChannelName.isValid(channel) ? channels.rules(channel).orElse(null) : null;
        if (rules == null
                || !rules.publish().includes(session.key.user(), session.roles())
                || will.publication().payload().length() > rules.maxMessageBytes()) {
            refused(session, "not allowed");
            done.complete(null);
            return done;
        }
        channels.with(
                channel,
                rules,
                found -> {
                    var commit = new Commit();
                    try {
                        found.publish(will.publication(), session.origin(), commit);
                    } finally {
                        commit.write(channels.store());
                        commit.whenSafe(
                                () -> done.complete(null),
                                refusal -> {
                                    refused(session, refusal.text());
                                    done.complete(null);
                                });
                    }
                });
        return done;
    }

    private static void refused(LastingSession session, String reason) {
        LOG.atDebug()
                .addKeyValue("session", session.key.name())
                .addKeyValue("reason", reason)
                .log("Will not published");
    }
}

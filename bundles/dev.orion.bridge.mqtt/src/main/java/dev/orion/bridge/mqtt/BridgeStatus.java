// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.bridge.BridgeInfo;
import dev.orion.bridge.BridgeInfo.State;
import dev.orion.client.SessionBacklog;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a bridge is, for the shell and the log: one record for each change, however many attempts it
 * takes.
 *
 * <p><b>Threads:</b> any.
 */
final class BridgeStatus {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.bridge.mqtt");

    private final Settings settings;
    private final Clock clock;

    private final LongAdder in = new LongAdder();
    private final LongAdder out = new LongAdder();
    private final LongAdder looped = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** Guards the rest. */
    private final Object lock = new Object();

    private State state = State.CONNECTING;
    private Instant since;
    private String lastError = "";
    private boolean isDropSaid;

    BridgeStatus(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.since = clock.instant();
    }

    void connected(boolean isSessionPresent) {
        change(State.CONNECTED, null);
        log.atInfo()
                .addKeyValue("bridge", settings.name())
                .addKeyValue("uri", settings.endpoint())
                .addKeyValue("version", settings.version())
                .addKeyValue("session_present", isSessionPresent)
                .log("Bridge connected");
    }

    /** There is no connection; said again only where the reason is another one. */
    void waiting(String reason) {
        if (change(State.WAITING, reason)) {
            log.atWarn()
                    .addKeyValue("bridge", settings.name())
                    .addKeyValue("uri", settings.endpoint())
                    .addKeyValue("reason", reason)
                    .log("Bridge not connected, trying again");
        }
    }

    void replaced() {
        change(State.REPLACED, "another bridge has taken the session");
        log.atWarn()
                .addKeyValue("bridge", settings.name())
                .log("Bridge replaced by another one of the same name");
    }

    /** The other broker does not give what a mapping wants; the others go on. */
    void refusedSubscription(String what) {
        synchronized (lock) {
            lastError = "subscription " + what;
        }
        log.atWarn()
                .addKeyValue("bridge", settings.name())
                .addKeyValue("subscription", what)
                .log("Bridge subscription refused");
    }

    private boolean change(State next, String error) {
        synchronized (lock) {
            boolean isNews = state != next || (error != null && !error.equals(lastError));
            if (state != next) {
                state = next;
                since = clock.instant();
                isDropSaid = false;
            }
            if (error != null) {
                lastError = error;
            }
            return isNews;
        }
    }

    void in() {
        in.increment();
    }

    void out() {
        out.increment();
    }

    void looped() {
        looped.increment();
    }

    /** A message is lost; said once as long as the state is the same. */
    void dropped(String channel, String reason) {
        dropped.increment();
        boolean isFirst;
        synchronized (lock) {
            isFirst = !isDropSaid;
            isDropSaid = true;
        }
        if (isFirst) {
            log.atWarn()
                    .addKeyValue("bridge", settings.name())
                    .addKeyValue("channel", channel)
                    .addKeyValue("reason", reason)
                    .addKeyValue("dropped", dropped.sum())
                    .log("Bridge drops messages");
        }
    }

    BridgeInfo info(SessionBacklog backlog) {
        synchronized (lock) {
            return new BridgeInfo(
                    settings.name(),
                    settings.endpoint().toString(),
                    settings.version() == 3 ? "3.1.1" : "5",
                    state,
                    since,
                    in.sum(),
                    out.sum(),
                    looped.sum(),
                    dropped.sum() + backlog.dropped(),
                    backlog.messages(),
                    backlog.bytes(),
                    lastError);
        }
    }
}

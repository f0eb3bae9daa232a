// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.Message;
import dev.orion.realtime.Subscription;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one subscriber that a host's or plug-in's subscription is. */
final class HostGroup extends Group implements Subscription {

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    /** Messages that wait at most; when more come the oldest are missed. */
    private static final int MAX_WAITING = 1024;

    private final String channels;
    private final Consumer<HostGroup> onClose;
    private final Consumer<Message> receiver;

    /** Guards the two fields below; held for a few instructions only. */
    private final Object lock = new Object();

    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private long missed;

    /** How many threads have been sent to deliver; the first one does it for all. */
    private final AtomicInteger delivering = new AtomicInteger();

    private volatile boolean closed;

    /**
     * @param channels the name of the channel, or the pattern of several
     */
    HostGroup(
            Executor executor,
            String channels,
            Consumer<Message> receiver,
            Consumer<HostGroup> onClose) {
        super(new Lane(executor));
        this.channels = channels;
        this.receiver = receiver;
        this.onClose = onClose;
    }

    @Override
    public String channel() {
        return channels;
    }

    @Override
    public long missed() {
        synchronized (lock) {
            return missed;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.accept(this);
        }
    }

    @Override
    void offer(Message message) {
        synchronized (lock) {
            if (waiting.size() == MAX_WAITING) {
                waiting.pollFirst();
                missed++;
            }
            waiting.addLast(message);
        }
    }

    @Override
    void drain() {
        int seen = delivering.incrementAndGet();
        if (seen > 1) {
            return; // a receiver that takes its time is not called by a second thread
        }
        do {
            deliverAll();
            seen = delivering.addAndGet(-seen);
        } while (seen > 0);
    }

    private void deliverAll() {
        Message message;
        while (!closed && (message = poll()) != null) {
            try {
                receiver.accept(message);
            } catch (RuntimeException | Error broken) { // a border: the host's code
                LOG.atWarn()
                        .addKeyValue("channel", channels)
                        .setCause(broken)
                        .log("Host subscriber failed");
            }
        }
    }

    private Message poll() {
        synchronized (lock) {
            return waiting.pollFirst();
        }
    }
}

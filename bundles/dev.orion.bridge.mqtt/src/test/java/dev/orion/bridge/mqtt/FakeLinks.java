// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Links to a broker that is only told of. */
final class FakeLinks implements BridgeLife.Links {

    final List<FakeLink> made = new CopyOnWriteArrayList<>();
    final List<String> subscribed = new CopyOnWriteArrayList<>();

    /** What was sent: id, topic and text. */
    final BlockingQueue<String> sent = new LinkedBlockingQueue<>();

    /** Why opening fails; null where it does not. */
    volatile String failWith;

    @Override
    public Link make(Settings settings, String clientId, Link.Events events) throws LinkException {
        if (failWith != null) {
            throw new LinkException(failWith);
        }
        var link = new FakeLink(events);
        made.add(link);
        return link;
    }

    FakeLink last() {
        return made.get(made.size() - 1);
    }

    /** Waits for what is sent next, which must be this. */
    void awaitSent(String wanted) {
        try {
            String next = sent.poll(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS);
            if (!wanted.equals(next)) {
                throw new AssertionError("sent: " + next + " (expected: " + wanted + ")");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** One of them. */
    final class FakeLink implements Link {

        final Events events;
        private final LinkEnd end = new LinkEnd(reason -> lost(reason));
        final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
        volatile boolean isForgotten;

        FakeLink(Events events) {
            this.events = events;
        }

        void lose(String reason) {
            end.abort(reason);
        }

        private void lost(String reason) {
            events.lost(this, reason);
        }

        @Override
        public Opened open() {
            return new Opened(false, 10, 1000);
        }

        @Override
        public List<String> subscribe(List<Mapping> mappings) {
            subscribed.clear();
            mappings.forEach(mapping -> subscribed.add(mapping.remote().toString()));
            return List.of();
        }

        @Override
        public void publish(Sending sending) {
            String text = sending.publication().payload().text();
            sent.add(sending.id() + " " + sending.topic() + " " + text);
        }

        @Override
        public void release(int id) {
            sent.add("release " + id);
        }

        @Override
        public void acknowledge(int id) {
            acknowledged.add(id);
        }

        @Override
        public void abort(String reason) {
            end.abort(reason);
        }

        @Override
        public void close(boolean forget) {
            isForgotten = forget;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Reply;
import dev.orion.realtime.Refusal;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Answers requests in the order in which they came, though some are done later than those behind.
 *
 * <p>While nothing waits it costs nothing.
 *
 * <p><b>Threads:</b> one event loop, the replies too.
 */
final class OrderedReplies<T> {

    /** Made when a reply first has to wait; most never do. */
    private Queue<Place> places;

    /** The reply to give now: {@code reply}, or one that waits for those before it. */
    Reply<T> next(Reply<T> reply) {
        return places == null || places.isEmpty() ? reply : place(reply);
    }

    /** The reply to give later, while those behind it wait. */
    Reply<T> later(Reply<T> next) {
        return next instanceof OrderedReplies<?>.Place ? next : place(next);
    }

    private Reply<T> place(Reply<T> reply) {
        if (places == null) {
            places = new ArrayDeque<>();
        }
        var place = new Place(reply);
        places.add(place);
        return place;
    }

    private void tellDone() {
        Place first;
        while ((first = places.peek()) != null && first.answer != null) {
            places.remove().answer.run();
        }
    }

    private final class Place implements Reply<T> {
        private final Reply<T> reply;
        private Runnable answer;

        Place(Reply<T> reply) {
            this.reply = reply;
        }

        @Override
        public void done(T value) {
            answer = () -> reply.done(value);
            tellDone();
        }

        @Override
        public void refused(Refusal refusal) {
            answer = () -> reply.refused(refusal);
            tellDone();
        }
    }
}

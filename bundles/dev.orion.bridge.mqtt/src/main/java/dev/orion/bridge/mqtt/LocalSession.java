// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.client.ClientSession;
import dev.orion.client.Clients;
import dev.orion.client.Delivery;
import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.client.OpenedSession;
import dev.orion.client.Reply;
import dev.orion.client.SessionOutlet;
import dev.orion.client.SessionSpec;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.message.Message;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The bridge's hold on its session at the real-time manager, with stages in place of replies.
 *
 * <p><b>Threads:</b> any; stages complete on the event loop, where {@link Events} are told.
 */
final class LocalSession implements SessionOutlet {

    /** What the session brings; on the event loop. */
    interface Events {

        void deliver(Delivery delivery);

        void release(int id);

        /** A message of {@link dev.orion.message.Qos#AT_MOST_ONCE}. */
        void deliverOnceAtMost(int mapping, Message message);

        /** The real-time manager has ended the connection. */
        void ended(CloseReason reason);
    }

    private final EventLoop loop;
    private final Events events;
    private final PipeChannel channel = new PipeChannel(this::piped);
    private volatile OpenedSession opened;

    private LocalSession(EventLoop loop, Events events) {
        this.loop = loop;
        this.events = events;
    }

    /** Opens the session; the stage fails with a {@link RefusedException}. */
    static CompletableFuture<LocalSession> open(
            EventLoop loop, Clients clients, SessionSpec spec, Events events) {
        var local = new LocalSession(loop, events);
        return local.<OpenedSession>ask(
                        reply -> {
                            loop.register(local.channel);
                            clients.openSession(spec, local, local.keeping(reply));
                        })
                .thenApply(session -> local);
    }

    /** Deliveries follow the reply, so it is remembered before that. */
    private Reply<OpenedSession> keeping(Reply<OpenedSession> reply) {
        return new Reply<>() {
            @Override
            public void done(OpenedSession session) {
                opened = session;
                reply.done(session);
            }

            @Override
            public void refused(Refusal refusal) {
                reply.refused(refusal);
            }
        };
    }

    /** The session itself, whose {@code id} and {@code backlog} are for any thread. */
    ClientSession session() {
        return opened.session();
    }

    /** Whether the session was there before. */
    boolean isPresent() {
        return opened.isPresent();
    }

    CompletableFuture<Set<Filter>> filters() {
        return ask(reply -> reply.done(session().filters()));
    }

    CompletableFuture<Boolean> subscribe(Filter filter, FilterOptions options) {
        return ask(reply -> session().subscribe(filter, options, reply));
    }

    CompletableFuture<Boolean> unsubscribe(Filter filter) {
        return ask(reply -> session().unsubscribe(filter, reply));
    }

    CompletableFuture<StreamPosition> publish(String to, Publication publication) {
        return ask(reply -> session().publish(to, publication, reply));
    }

    CompletableFuture<StreamPosition> publishOnce(int id, String to, Publication publication) {
        return ask(reply -> session().publishOnce(id, to, publication, reply));
    }

    CompletableFuture<Boolean> released(int id) {
        return ask(reply -> session().released(id, reply));
    }

    /** Forgets all ids under which anything was published once: they begin anew. */
    CompletableFuture<Void> releasedAll() {
        return this.<CompletableFuture<Void>>ask(reply -> reply.done(releaseAll()))
                .thenCompose(all -> all);
    }

    private CompletableFuture<Void> releaseAll() {
        var all = CompletableFuture.<Void>completedFuture(null);
        for (int id = 1; id <= 0xffff; id++) {
            var one = new CompletableFuture<Boolean>();
            session().released(id, completing(one));
            if (!one.isDone() || one.isCompletedExceptionally()) {
                all = all.thenCombine(one, (nothing, was) -> null);
            }
        }
        return all;
    }

    CompletableFuture<Boolean> received(int id) {
        return ask(reply -> session().received(id, reply));
    }

    CompletableFuture<Boolean> acknowledged(int id) {
        return ask(reply -> reply.done(session().acknowledged(id)));
    }

    /**
     * Lets go of the session.
     *
     * @param expiry another one than it was opened with
     */
    CompletableFuture<Void> close(Optional<Duration> expiry) {
        return ask(
                reply -> {
                    session().close(true, expiry);
                    channel.close();
                    reply.done(null);
                });
    }

    private <T> CompletableFuture<T> ask(Consumer<Reply<T>> question) {
        var answer = new CompletableFuture<T>();
        try {
            loop.execute(
                    () -> {
                        try {
                            question.accept(completing(answer));
                        } catch (RuntimeException broken) { // a border: whoever asked is told
                            answer.completeExceptionally(broken);
                        }
                    });
        } catch (RejectedExecutionException ended) {
            answer.completeExceptionally(new RefusedException(Refusal.NOT_AVAILABLE));
        }
        return answer;
    }

    private static <T> Reply<T> completing(CompletableFuture<T> answer) {
        return new Reply<>() {
            @Override
            public void done(T value) {
                answer.complete(value);
            }

            @Override
            public void refused(Refusal refusal) {
                answer.completeExceptionally(new RefusedException(refusal));
            }
        };
    }

    // ---- as the real-time manager sees it

    @Override
    public PipeChannel channel() {
        return channel;
    }

    @Override
    public WireForm wireForm() {
        return new PipeForm(0);
    }

    @Override
    public WireForm wireForm(boolean retainAsPublished, List<Integer> subscriptions) {
        return new PipeForm(mapping(subscriptions));
    }

    /** The mapping that a message goes out by: of several the first; 0 for none. */
    static int mapping(List<Integer> subscriptions) {
        return subscriptions.isEmpty() ? 0 : Collections.min(subscriptions);
    }

    @Override
    public void deliver(Delivery delivery) {
        if (delivery.id() == 0) {
            events.deliverOnceAtMost(mapping(delivery.subscriptions()), delivery.message());
        } else {
            events.deliver(delivery);
        }
    }

    @Override
    public void release(int id) {
        events.release(id);
    }

    private void piped(ByteBuf batch) {
        ByteBuf unread = batch.duplicate();
        while (unread.isReadable()) {
            PipeForm.Piped one = PipeForm.read(unread);
            events.deliverOnceAtMost(one.mapping(), one.message());
        }
    }

    @Override
    public void subscribed(String name, Subscribed position) {
        // Sessions are not put on channels.
    }

    @Override
    public void unsubscribed(String name) {
        // Nor taken off them.
    }

    @Override
    public void disconnect(CloseReason reason) {
        channel.close();
        events.ended(reason);
    }
}

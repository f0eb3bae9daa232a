// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.client.Client;
import dev.orion.client.Reply;
import dev.orion.message.ChannelName;
import dev.orion.message.Origin;
import dev.orion.message.Publication;
import dev.orion.protocol.grpc.GrpcConnection.Caller;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.RealtimeManager;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import dev.orion.realtime.StreamPosition;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a caller may do: as a client, by the channels' rules, or as the server.
 *
 * <p><b>Threads:</b> the event loop of the caller's connection.
 */
sealed interface Rights {

    void publish(String channel, Publication publication, Reply<StreamPosition> reply);

    void presence(String channel, Reply<List<Member>> reply);

    void history(String channel, HistoryQuery query, Reply<History> reply);

    /** The rights of who makes one call. */
    static Rights of(ServerCall call) {
        Caller caller = call.caller();
        return caller.isServer()
                ? server(call)
                : new OfClient(call.connection().client(caller.roles()));
    }

    /** The rights of {@code /api}. */
    static Rights server(ServerCall call) {
        return new OfServer(call.protocol().realtime(), call.stream().channel().eventLoop());
    }

    /** By the channels' rules. */
    record OfClient(Client client) implements Rights {

        @Override
        public void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
            client.publish(channel, publication, reply);
        }

        @Override
        public void presence(String channel, Reply<List<Member>> reply) {
            client.presence(channel, reply);
        }

        @Override
        public void history(String channel, HistoryQuery query, Reply<History> reply) {
            client.history(channel, query, reply);
        }
    }

    /** The server's own. */
    record OfServer(RealtimeManager manager, EventLoop loop) implements Rights {

        private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.grpc");
        private static final Origin ORIGIN = new Origin("", "", "grpc");

        @Override
        public void publish(String channel, Publication publication, Reply<StreamPosition> reply) {
            ask(channel, () -> manager.publish(channel, publication, ORIGIN), reply);
        }

        @Override
        public void presence(String channel, Reply<List<Member>> reply) {
            ask(channel, () -> manager.presence(channel), reply);
        }

        @Override
        public void history(String channel, HistoryQuery query, Reply<History> reply) {
            ask(channel, () -> manager.history(channel, query), reply);
        }

        private <T> void ask(
                String channel, Supplier<CompletionStage<T>> question, Reply<T> reply) {
            if (!ChannelName.isValid(channel)) {
                reply.refused(Refusal.BAD_REQUEST);
                return;
            }
            question.get()
                    .whenComplete(
                            (value, failure) -> {
                                if (loop.inEventLoop()) {
                                    tell(value, failure, reply);
                                } else {
                                    loop.execute(() -> tell(value, failure, reply));
                                }
                            });
        }

        private static <T> void tell(T value, Throwable failure, Reply<T> reply) {
            if (failure == null) {
                reply.done(value);
                return;
            }
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            if (cause instanceof RefusedException refused) {
                reply.refused(refused.refusal());
            } else {
                LOG.atError().setCause(failure).log("gRPC call failed");
                reply.refused(Refusal.INTERNAL);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.client.Reply;
import dev.orion.message.Publication;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import dev.orion.v1.RealtimeProto.BroadcastRequest;
import dev.orion.v1.RealtimeProto.BroadcastResponse;
import dev.orion.v1.RealtimeProto.HistoryRequest;
import dev.orion.v1.RealtimeProto.PresenceRequest;
import dev.orion.v1.RealtimeProto.PublishRequest;
import java.util.Arrays;

/** The single calls of {@code orion.v1.Realtime}. */
final class RealtimeCalls {

    private static final int MAX_BROADCAST = 10_000;

    private RealtimeCalls() {}

    static void publish(ServerCall call, PublishRequest request) {
        Publication publication = Proto.publication(request.getPublication());
        Rights.of(call)
                .publish(
                        request.getChannel(),
                        publication,
                        new Answer<>(call, place -> call.answer(Proto.published(place))));
    }

    static void presence(ServerCall call, PresenceRequest request) {
        Rights.of(call)
                .presence(
                        request.getChannel(),
                        new Answer<>(call, members -> call.answer(Proto.presence(members))));
    }

    static void history(ServerCall call, HistoryRequest request) {
        int max = call.protocol().settings().maxHistory();
        Rights.of(call)
                .history(
                        request.getChannel(),
                        Proto.query(request, max),
                        new Answer<>(call, history -> call.answer(Proto.history(history))));
    }

    /** Every channel has its own result, also where all of them are refused. */
    static void broadcast(ServerCall call, BroadcastRequest request) {
        int count = request.getChannelsCount();
        if (count == 0 || count > MAX_BROADCAST) {
            throw new StatusException(
                    Code.INVALID_ARGUMENT, "channels: " + count + " (expected: 1 to 10000)");
        }
        Publication publication = Proto.publication(request.getPublication());
        Rights rights = Rights.of(call);
        var results = new Results(call, count);
        for (int i = 0; i < count; i++) {
            rights.publish(request.getChannels(i), publication, results.at(i));
        }
    }

    /** Waits for the results of all channels. */
    private static final class Results {

        private final ServerCall call;
        private final BroadcastResponse.Result[] all;
        private int missing;

        Results(ServerCall call, int count) {
            this.call = call;
            this.all = new BroadcastResponse.Result[count];
            this.missing = count;
        }

        Reply<StreamPosition> at(int index) {
            return new Reply<>() {
                @Override
                public void done(StreamPosition place) {
                    put(
                            index,
                            BroadcastResponse.Result.newBuilder()
                                    .setPublished(Proto.published(place)));
                }

                @Override
                public void refused(Refusal refusal) {
                    put(
                            index,
                            BroadcastResponse.Result.newBuilder()
                                    .setError(GrpcFields.error(refusal)));
                }
            };
        }

        private void put(int index, BroadcastResponse.Result.Builder result) {
            all[index] = result.build();
            if (--missing == 0) {
                call.answer(
                        BroadcastResponse.newBuilder().addAllResults(Arrays.asList(all)).build());
            }
        }
    }
}

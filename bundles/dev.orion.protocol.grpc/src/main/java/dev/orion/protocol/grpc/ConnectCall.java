// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Outlet;
import dev.orion.client.Reply;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.net.CloseReason;
import dev.orion.protocol.grpc.GrpcConnection.Caller;
import dev.orion.realtime.Refusal;
import dev.orion.v1.RealtimeProto;
import dev.orion.v1.RealtimeProto.ConnectRequest;
import dev.orion.v1.RealtimeProto.ConnectResponse;
import dev.orion.v1.RealtimeProto.Connected;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.Unsubscribed;
import io.netty.channel.Channel;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A client that talks and listens on one stream.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class ConnectCall implements Method.Answering, Outlet {

    private final ServerCall call;
    private final Client client;
    private final Rights rights;

    ConnectCall(ServerCall call) {
        this.call = call;
        Caller caller = call.caller();
        call.writeHead(); // what every client is told may come at once
        this.client =
                call.protocol()
                        .clients()
                        .open(new ClientSpec("", caller.roles(), "grpc", call.stream().id()), this);
        this.rights = caller.isServer() ? Rights.server(call) : new Rights.OfClient(client);
        call.write(
                ConnectResponse.newBuilder()
                        .setConnected(Connected.newBuilder().setClient(client.id()))
                        .build());
    }

    @Override
    public void message(byte[] message) {
        ConnectRequest command = Unary.parse(ConnectRequest.parser(), message);
        int id = command.getId();
        switch (command.getCommandCase()) {
            case SUBSCRIBE -> subscribe(id, command.getSubscribe());
            case UNSUBSCRIBE -> {
                String channel = command.getUnsubscribe().getChannel();
                client.unsubscribe(channel);
                reply(id, reply -> reply.setUnsubscribed(ended(channel)));
            }
            case PUBLISH ->
                    rights.publish(
                            command.getPublish().getChannel(),
                            Proto.publication(command.getPublish().getPublication()),
                            answer(
                                    id,
                                    (place, reply) -> reply.setPublished(Proto.published(place))));
            case PRESENCE ->
                    rights.presence(
                            command.getPresence().getChannel(),
                            answer(
                                    id,
                                    (members, reply) ->
                                            reply.setPresence(Proto.presence(members))));
            case HISTORY ->
                    rights.history(
                            command.getHistory().getChannel(),
                            Proto.query(
                                    command.getHistory(), call.protocol().settings().maxHistory()),
                            answer(
                                    id,
                                    (history, reply) -> reply.setHistory(Proto.history(history))));
            case COMMAND_NOT_SET ->
                    throw new StatusException(Code.INVALID_ARGUMENT, "unknown command");
        }
    }

    private void subscribe(int id, SubscribeRequest request) {
        client.subscribe(
                request.getChannel(),
                SubscribeCall.options(request),
                new Reply<>() {
                    @Override
                    public void done(Subscribed begin) {
                        call.guarded(() -> begun(id, request, begin));
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        refuse(id, refusal);
                    }
                });
    }

    private void begun(int id, SubscribeRequest request, Subscribed begin) {
        if (request.getMustRecover() && begin.wasRecovering() && !begin.recovered()) {
            client.unsubscribe(request.getChannel());
            refuse(id, Refusal.UNRECOVERABLE_POSITION);
            return;
        }
        reply(id, reply -> reply.setSubscribed(SubscribeCall.news(request.getChannel(), begin)));
        SubscribeCall.missed(call, begin);
    }

    /** Those who say no more may still listen. */
    @Override
    public void end() {
        // Nothing ends but what the peer says.
    }

    @Override
    public void over() {
        client.close();
    }

    @Override
    public void goAway() {
        call.end(Status.SHUTDOWN);
    }

    // Replies

    private <T> Reply<T> answer(int id, BiConsumer<T, RealtimeProto.Reply.Builder> fill) {
        return new Reply<>() {
            @Override
            public void done(T value) {
                reply(id, reply -> fill.accept(value, reply));
            }

            @Override
            public void refused(Refusal refusal) {
                refuse(id, refusal);
            }
        };
    }

    private void refuse(int id, Refusal refusal) {
        reply(id, reply -> reply.setError(GrpcFields.error(refusal)));
    }

    private void reply(int id, Consumer<RealtimeProto.Reply.Builder> fill) {
        if (id == 0) {
            return;
        }
        var reply = RealtimeProto.Reply.newBuilder().setId(id);
        fill.accept(reply);
        call.write(ConnectResponse.newBuilder().setReply(reply).build());
    }

    // What the server does on its own

    @Override
    public Channel channel() {
        return call.stream().channel();
    }

    @Override
    public WireForm wireForm() {
        return GrpcForm.INSTANCE;
    }

    @Override
    public void subscribed(String channel, Subscribed position) {
        call.write(
                ConnectResponse.newBuilder()
                        .setSubscribed(SubscribeCall.news(channel, position))
                        .build());
    }

    @Override
    public void unsubscribed(String channel) {
        call.write(ConnectResponse.newBuilder().setUnsubscribed(ended(channel)).build());
    }

    private static Unsubscribed ended(String channel) {
        return Unsubscribed.newBuilder().setChannel(channel).build();
    }

    @Override
    public void disconnect(CloseReason reason) {
        call.end(Status.of(reason));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.Outlet;
import dev.orion.client.SubscribeOptions;
import dev.orion.client.Subscribed;
import dev.orion.client.WireForm;
import dev.orion.net.CloseReason;
import dev.orion.realtime.Refusal;
import dev.orion.v1.RealtimeProto;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import dev.orion.v1.RealtimeProto.Unsubscribed;
import io.netty.channel.Channel;
import java.util.Optional;

/**
 * One subscription: a client of its own that lives as long as the call.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class SubscribeCall implements Method.Answering, Outlet {

    private final ServerCall call;
    private SubscribeRequest request;
    private Client client;

    SubscribeCall(ServerCall call) {
        this.call = call;
    }

    @Override
    public void message(byte[] message) {
        if (request != null) {
            throw new StatusException(Code.INTERNAL, "more than one message");
        }
        request = Unary.parse(SubscribeRequest.parser(), message);
    }

    @Override
    public void end() {
        if (request == null) {
            throw new StatusException(Code.INTERNAL, "no message");
        }
        SubscribeOptions options = options(request);
        var spec = new ClientSpec("", call.caller().roles(), "grpc", call.stream().id());
        call.writeHead(); // what every client is told may come at once
        client = call.protocol().clients().open(spec, this);
        if (call.isOver()) {
            client.close();
            return;
        }
        client.subscribe(request.getChannel(), options, new Answer<>(call, this::begin));
    }

    static SubscribeOptions options(SubscribeRequest request) {
        return new SubscribeOptions(
                request.hasRecoverFrom()
                        ? Optional.of(Proto.position(request.getRecoverFrom()))
                        : Optional.empty(),
                request.getJoinLeave());
    }

    private void begin(Subscribed begin) {
        if (request.getMustRecover() && begin.wasRecovering() && !begin.recovered()) {
            call.refuse(Refusal.UNRECOVERABLE_POSITION);
            return;
        }
        call.write(
                SubscribeResponse.newBuilder()
                        .setSubscribed(news(request.getChannel(), begin))
                        .build());
        missed(call, begin);
    }

    /** What was missed goes the way of what comes, and before it. */
    static void missed(ServerCall call, Subscribed begin) {
        begin.missed()
                .forEach(
                        message ->
                                call.write(
                                        SubscribeResponse.newBuilder()
                                                .setMessage(Proto.message(message))
                                                .build()));
    }

    static RealtimeProto.Subscribed news(String channel, Subscribed begin) {
        var news =
                RealtimeProto.Subscribed.newBuilder()
                        .setChannel(channel)
                        .setRecoverable(begin.recoverable())
                        .setRecovered(begin.recovered())
                        .setMissed(begin.missed().size());
        Proto.position(begin.position()).ifPresent(news::setPosition);
        return news.build();
    }

    @Override
    public void over() {
        if (client != null) {
            client.close();
        }
    }

    @Override
    public void goAway() {
        call.end(Status.SHUTDOWN);
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
        call.write(SubscribeResponse.newBuilder().setSubscribed(news(channel, position)).build());
    }

    @Override
    public void unsubscribed(String channel) {
        call.write(
                SubscribeResponse.newBuilder()
                        .setUnsubscribed(Unsubscribed.newBuilder().setChannel(channel))
                        .build());
    }

    @Override
    public void disconnect(CloseReason reason) {
        call.end(Status.of(reason));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.ChannelName;
import dev.orion.message.Headers;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.net.CloseReason;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.RealtimeManager;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * What the methods of the server API do.
 *
 * <p><b>Threads:</b> any. Stages complete with an answer, never with a failure.
 */
final class ApiMethods {

    private static final Origin ORIGIN = new Origin("", "", "api");
    private static final int MAX_IDEMPOTENT = 10_000;

    // Source: centrifuge, disconnect.go
    private static final CloseReason EXPIRED = new CloseReason(3005, "connection expired");

    private final RealtimeManager manager;
    private final Node node;
    private final InstantSource clock;
    private final Idempotency idempotency = new Idempotency(MAX_IDEMPOTENT, System::nanoTime);

    ApiMethods(RealtimeManager manager, Node node, InstantSource clock) {
        this.manager = manager;
        this.node = node;
        this.clock = clock;
    }

    /** Whether there is a method of that name; batch is none. */
    static boolean exists(String method) {
        return switch (method) {
            case "publish",
                    "broadcast",
                    "subscribe",
                    "unsubscribe",
                    "disconnect",
                    "refresh",
                    "presence",
                    "presence_stats",
                    "history",
                    "history_remove",
                    "channels",
                    "info",
                    "rpc" ->
                    true;
            default -> false;
        };
    }

    CompletionStage<ApiAnswer> call(String method, ApiRequest request) {
        try {
            return dispatch(method, request);
        } catch (IllegalArgumentException bad) {
            return refused(Refusal.BAD_REQUEST);
        } catch (RuntimeException bug) {
            return CompletableFuture.completedFuture(ApiAnswer.failed(bug));
        }
    }

    private CompletionStage<ApiAnswer> dispatch(String method, ApiRequest request) {
        return switch (method) {
            case "publish" -> publish(request);
            case "broadcast" -> broadcast(request);
            case "subscribe" -> subscribe(request);
            case "unsubscribe" -> unsubscribe(request);
            case "disconnect" -> disconnect(request);
            case "refresh" -> refresh(request);
            case "presence" ->
                    answer(
                            manager.presence(channel(request)),
                            (members, out) -> {
                                Json.raw("{\"presence\":", out);
                                Json.members(members, out);
                                out.writeByte('}');
                            });
            case "presence_stats" ->
                    answer(manager.presenceStats(channel(request)), ReplyJson::stats);
            case "history" -> history(request);
            case "history_remove" ->
                    answer(
                            manager.removeHistory(channel(request)),
                            (done, out) -> Json.raw("{}", out));
            case "channels" -> channels(request);
            case "info" -> answered(ApiAnswer.of(this::info));
            case "rpc" ->
                    refused(
                            request.method.isEmpty()
                                    ? Refusal.BAD_REQUEST
                                    : Refusal.METHOD_NOT_FOUND);
            case "" -> refused(Refusal.BAD_REQUEST);
            default -> refused(Refusal.METHOD_NOT_FOUND);
        };
    }

    private CompletionStage<ApiAnswer> publish(ApiRequest request) {
        String channel = channel(request);
        return answer(publish(channel, payload(request), request), ApiMethods::position);
    }

    private CompletionStage<StreamPosition> publish(
            String channel, Payload payload, ApiRequest request) {
        if (request.idempotencyKey.isEmpty()) {
            return manager.publish(
                    channel, Publication.of(payload, Headers.of(request.tags)), ORIGIN);
        }
        return idempotency.once(
                channel,
                request.idempotencyKey,
                () ->
                        manager.publish(
                                channel,
                                Publication.of(payload, Headers.of(request.tags)),
                                ORIGIN));
    }

    private CompletionStage<ApiAnswer> broadcast(ApiRequest request) {
        Payload payload = payload(request);
        check(!request.channels.isEmpty());
        List<CompletableFuture<ApiAnswer>> answers = new ArrayList<>();
        for (String channel : request.channels) {
            CompletionStage<ApiAnswer> answer =
                    ChannelName.isValid(channel)
                            ? answer(publish(channel, payload, request), ApiMethods::position)
                            : refused(Refusal.BAD_REQUEST);
            answers.add(answer.toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> ApiAnswer.of(out -> responses(answers, out)));
    }

    private static void responses(List<CompletableFuture<ApiAnswer>> answers, ByteBuf out) {
        String before = "{\"responses\":[";
        for (CompletableFuture<ApiAnswer> answer : answers) {
            Json.raw(before, out);
            answer.join().write(out);
            before = ",";
        }
        Json.raw("]}", out);
    }

    /** What is to be published, where everything that the request wants of it can be done. */
    private static Payload payload(ApiRequest request) {
        check(!request.skipHistory && request.version == 0);
        if (request.base64Data.isEmpty()) {
            check(request.data.isPresent());
            return request.data.get();
        }
        byte[] bytes = Base64.getDecoder().decode(request.base64Data);
        try {
            return Payload.of(bytes, Payload.JSON);
        } catch (IllegalArgumentException notJson) {
            return Payload.of(bytes, Payload.BINARY);
        }
    }

    private CompletionStage<ApiAnswer> subscribe(ApiRequest request) {
        String channel = channel(request);
        check(request.session.isEmpty() && request.expireAt == 0);
        check(!request.hasInfo && !request.hasOverride && !request.hasRecoverSince);
        check(request.data.isEmpty() && request.base64Data.isEmpty());
        return answer(
                manager.subscribeUser(request.user, request.onlyClient(), channel),
                (count, out) -> Json.raw("{}", out));
    }

    /** Without a channel it is from all of them. */
    private CompletionStage<ApiAnswer> unsubscribe(ApiRequest request) {
        check(request.session.isEmpty());
        List<String> channels =
                request.channel.isEmpty()
                        ? manager.channels().stream().map(ChannelInfo::name).toList()
                        : List.of(channel(request));
        var all =
                channels.stream()
                        .map(
                                channel ->
                                        manager.unsubscribeUser(
                                                request.user, request.onlyClient(), channel))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new);
        return answer(CompletableFuture.allOf(all), (done, out) -> Json.raw("{}", out));
    }

    private CompletionStage<ApiAnswer> disconnect(ApiRequest request) {
        check(request.session.isEmpty());
        check(request.code >= 0 && request.code <= 4999);
        CloseReason reason =
                request.hasDisconnect
                        ? new CloseReason((int) request.code, request.reason)
                        : CloseReason.FORCE_DISCONNECT;
        if (request.whitelist.isEmpty()) {
            manager.disconnect(request.user, request.onlyClient(), reason);
            return answered(ApiAnswer.DONE);
        }
        manager.clients().stream()
                .filter(client -> client.user().equals(request.user))
                .map(ClientInfo::id)
                .filter(id -> request.client.isEmpty() || id.equals(request.client))
                .filter(id -> !request.whitelist.contains(id))
                .forEach(id -> manager.disconnect(request.user, Optional.of(id), reason));
        return answered(ApiAnswer.DONE);
    }

    /** No connection here expires, so there is nothing to put off; but one can be expired now. */
    private CompletionStage<ApiAnswer> refresh(ApiRequest request) {
        check(request.session.isEmpty() && !request.hasInfo);
        boolean isOver =
                request.expireAt > 0 && request.expireAt <= clock.instant().getEpochSecond();
        if (request.expired || isOver) {
            manager.disconnect(request.user, request.onlyClient(), EXPIRED);
        } else {
            check(request.expireAt == 0);
        }
        return answered(ApiAnswer.DONE);
    }

    private CompletionStage<ApiAnswer> history(ApiRequest request) {
        int limit = (int) Math.max(-1, Math.min(Integer.MAX_VALUE, request.limit));
        var query = new HistoryQuery(limit, request.since, request.reverse);
        return answer(manager.history(channel(request), query), ReplyJson::history);
    }

    private CompletionStage<ApiAnswer> channels(ApiRequest request) {
        Predicate<String> wanted = Glob.compile(request.pattern);
        List<ChannelInfo> found =
                manager.channels().stream()
                        .filter(channel -> channel.subscribers() > 0)
                        .filter(channel -> wanted.test(channel.name()))
                        .toList();
        return answered(ApiAnswer.of(out -> channels(found, out)));
    }

    private static void channels(List<ChannelInfo> channels, ByteBuf out) {
        Json.raw("{\"channels\":{", out);
        String before = "";
        for (ChannelInfo channel : channels) {
            Json.raw(before, out);
            Json.string(channel.name(), out);
            Json.raw(":{\"num_clients\":", out);
            Json.number(channel.subscribers(), out);
            out.writeByte('}');
            before = ",";
        }
        Json.raw("}}", out);
    }

    private void info(ByteBuf out) {
        List<ClientInfo> clients = manager.clients();
        List<ChannelInfo> channels = manager.channels();
        Json.raw("{\"nodes\":[{\"uid\":", out);
        Json.string(node.id(), out);
        Json.raw(",\"name\":\"orion\",\"version\":", out);
        Json.string(node.version(), out);
        number("num_clients", clients.size(), out);
        number("num_users", clients.stream().map(ClientInfo::user).distinct().count(), out);
        number("num_channels", channels.stream().filter(c -> c.subscribers() > 0).count(), out);
        number("uptime", node.uptime().toSeconds(), out);
        number("num_subs", channels.stream().mapToLong(ChannelInfo::subscribers).sum(), out);
        Json.raw("}]}", out);
    }

    private static void number(String name, long value, ByteBuf out) {
        Json.raw(",\"", out);
        Json.raw(name, out);
        Json.raw("\":", out);
        Json.number(value, out);
    }

    private static void position(StreamPosition place, ByteBuf out) {
        out.writeByte('{');
        if (place.offset() > 0) {
            Json.raw("\"offset\":", out);
            Json.number(place.offset(), out);
        }
        if (!place.epoch().isEmpty()) {
            Json.raw(place.offset() > 0 ? ",\"epoch\":" : "\"epoch\":", out);
            Json.string(place.epoch(), out);
        }
        out.writeByte('}');
    }

    private static String channel(ApiRequest request) {
        return ChannelName.check(request.channel);
    }

    /** A request that is not {@code good} is a bad request. */
    private static void check(boolean good) {
        if (!good) {
            throw new IllegalArgumentException("the request wants what there is not");
        }
    }

    private static <T> CompletionStage<ApiAnswer> answer(
            CompletionStage<T> stage, BiConsumer<T, ByteBuf> encoder) {
        return stage.handle(
                (value, failure) ->
                        failure == null
                                ? ApiAnswer.of(out -> encoder.accept(value, out))
                                : ApiAnswer.failed(failure));
    }

    private static CompletionStage<ApiAnswer> refused(Refusal refusal) {
        return answered(ApiAnswer.refused(refusal));
    }

    private static CompletionStage<ApiAnswer> answered(ApiAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}

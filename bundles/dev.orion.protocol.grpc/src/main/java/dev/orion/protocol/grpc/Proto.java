// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.realtime.History;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Member;
import dev.orion.realtime.StreamPosition;
import dev.orion.v1.RealtimeProto;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Messages of {@code orion.v1} and what they stand for. */
final class Proto {

    private static final long MAX_EXPIRY_MS = Long.MAX_VALUE / 1_000_000;

    private Proto() {}

    // From the wire

    static Publication publication(RealtimeProto.Publication wire) {
        if (wire.getPayload().getDataCase() == RealtimeProto.Payload.DataCase.DATA_NOT_SET) {
            throw new StatusException(Code.INVALID_ARGUMENT, "publication without payload");
        }
        long expiry = wire.getExpiresAfterMs();
        if (expiry < 0 || expiry > MAX_EXPIRY_MS) {
            throw new StatusException(Code.INVALID_ARGUMENT, "expires_after_ms is too large");
        }
        return new Publication(
                payload(wire.getPayload()),
                headers(wire.getHeadersList()),
                Qos.AT_LEAST_ONCE,
                wire.getRetain(),
                expiry == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(expiry)),
                Optional.empty(),
                wire.getPayload().hasText());
    }

    private static Payload payload(RealtimeProto.Payload wire) {
        String type = wire.getContentType();
        return switch (wire.getDataCase()) {
            case JSON -> json(wire.getJson(), type);
            case TEXT ->
                    type.isEmpty()
                            ? Payload.text(wire.getText())
                            : Payload.untrusted(
                                    wire.getText().getBytes(StandardCharsets.UTF_8), type);
            case BINARY -> Payload.untrusted(wire.getBinary().toByteArray(), type);
            case DATA_NOT_SET -> Payload.EMPTY;
        };
    }

    private static Payload json(String json, String type) {
        Payload payload;
        try {
            payload = Payload.json(json);
        } catch (IllegalArgumentException malformed) {
            throw new StatusException(Code.INVALID_ARGUMENT, "payload is not JSON");
        }
        return type.isEmpty() || type.equals(Payload.JSON)
                ? payload
                : Payload.untrusted(payload.array(), type);
    }

    private static Headers headers(List<RealtimeProto.Header> wire) {
        if (wire.isEmpty()) {
            return Headers.NONE;
        }
        List<Headers.Header> headers = new ArrayList<>(wire.size());
        wire.forEach(
                header -> headers.add(new Headers.Header(header.getName(), header.getValue())));
        return Headers.of(headers);
    }

    static StreamPosition position(RealtimeProto.Position wire) {
        if (wire.getOffset() < 0) {
            throw new StatusException(Code.INVALID_ARGUMENT, "offset is too large");
        }
        return new StreamPosition(wire.getOffset(), wire.getEpoch());
    }

    static HistoryQuery query(RealtimeProto.HistoryRequest wire, int max) {
        int limit = wire.hasLimit() && wire.getLimit() >= 0 ? Math.min(wire.getLimit(), max) : max;
        return new HistoryQuery(
                limit,
                wire.hasSince() ? Optional.of(position(wire.getSince())) : Optional.empty(),
                wire.getReverse());
    }

    // To the wire

    static RealtimeProto.Message message(Message message) {
        var wire =
                RealtimeProto.Message.newBuilder()
                        .setChannel(message.channel())
                        .setPayload(payload(message.publication()))
                        .setTimeMs(message.timeMs());
        for (Headers.Header header : message.headers()) {
            wire.addHeaders(
                    RealtimeProto.Header.newBuilder()
                            .setName(header.name())
                            .setValue(header.value()));
        }
        Origin origin = message.origin();
        wire.setOrigin(
                RealtimeProto.Origin.newBuilder()
                        .setClient(origin.client())
                        .setUser(origin.user())
                        .setTransport(origin.transport()));
        if (message.offset() > 0) {
            wire.setPosition(
                    RealtimeProto.Position.newBuilder()
                            .setOffset(message.offset())
                            .setEpoch(message.epoch()));
        }
        return wire.build();
    }

    private static RealtimeProto.Payload payload(Publication publication) {
        Payload payload = publication.payload();
        String type = payload.contentType();
        ByteString bytes = UnsafeByteOperations.unsafeWrap(payload.array());
        var wire = RealtimeProto.Payload.newBuilder();
        if (payload.isJson() && bytes.isValidUtf8()) {
            wire.setJsonBytes(bytes);
            return (type.equals(Payload.JSON) ? wire : wire.setContentType(type)).build();
        }
        boolean isText = publication.declaredText() || type.startsWith("text/");
        if (isText && bytes.isValidUtf8()) {
            wire.setTextBytes(bytes);
            return (type.equals(Payload.TEXT) ? wire : wire.setContentType(type)).build();
        }
        return wire.setBinary(bytes).setContentType(type).build();
    }

    static Optional<RealtimeProto.Position> position(StreamPosition position) {
        return position.epoch().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        RealtimeProto.Position.newBuilder()
                                .setOffset(position.offset())
                                .setEpoch(position.epoch())
                                .build());
    }

    static RealtimeProto.PublishResponse published(StreamPosition position) {
        var wire = RealtimeProto.PublishResponse.newBuilder();
        position(position).ifPresent(wire::setPosition);
        return wire.build();
    }

    static RealtimeProto.Member member(Member member) {
        return RealtimeProto.Member.newBuilder()
                .setClient(member.client())
                .setUser(member.user())
                .build();
    }

    static RealtimeProto.PresenceResponse presence(List<Member> members) {
        var wire = RealtimeProto.PresenceResponse.newBuilder();
        members.forEach(member -> wire.addMembers(member(member)));
        return wire.build();
    }

    static RealtimeProto.HistoryResponse history(History history) {
        var wire = RealtimeProto.HistoryResponse.newBuilder();
        history.messages().forEach(message -> wire.addMessages(message(message)));
        position(history.top()).ifPresent(wire::setTop);
        return wire.build();
    }
}

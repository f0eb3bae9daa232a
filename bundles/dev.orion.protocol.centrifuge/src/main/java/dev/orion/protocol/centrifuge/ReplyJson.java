// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.client.Subscribed;
import dev.orion.net.CloseReason;
import dev.orion.realtime.History;
import dev.orion.realtime.Member;
import dev.orion.realtime.PresenceStats;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;

/**
 * Appends whole replies and pushes for one client, without line breaks.
 *
 * <p><b>Buffer:</b> every method borrows {@code out} and appends to it.
 */
final class ReplyJson {

    // Source: centrifuge, unsubscribe.go
    private static final String SERVER_UNSUBSCRIBE =
            ",\"unsubscribe\":{\"code\":2000,\"reason\":\"server unsubscribe\"}}}";

    private static final byte[] ID = Json.ascii("{\"id\":");
    private static final byte[] PUBLISHED = Json.ascii(",\"publish\":{}}");

    private ReplyJson() {}

    static void error(long id, Refusal refusal, ByteBuf out) {
        begin(id, ",\"error\":", out);
        Json.raw("{\"code\":", out);
        Json.number(refusal.code(), out);
        Json.raw(",\"message\":", out);
        Json.string(refusal.text(), out);
        Json.raw(refusal.isTemporary() ? ",\"temporary\":true}}" : "}}", out);
    }

    /**
     * Appends the answer to a connect.
     *
     * @param subscriptions the channels that the server has put the client on
     */
    static void connected(
            long id, Welcome welcome, Map<String, Subscribed> subscriptions, ByteBuf out) {
        begin(id, ",\"connect\":{\"client\":", out);
        Json.string(welcome.client(), out);
        member("version", welcome.version(), out);
        if (!subscriptions.isEmpty()) {
            Json.raw(",\"subs\":", out);
            String before = "{";
            for (Map.Entry<String, Subscribed> entry : subscriptions.entrySet()) {
                Json.raw(before, out);
                Json.string(entry.getKey(), out);
                out.writeByte(':');
                subscription(entry.getValue(), entry.getValue().position().offset(), out);
                before = ",";
            }
            out.writeByte('}');
        }
        Json.raw(",\"ping\":", out);
        Json.number(welcome.pingSeconds(), out);
        if (welcome.pong()) {
            Json.raw(",\"pong\":true", out);
        }
        member("session", welcome.session(), out);
        member("node", welcome.node(), out);
        Json.raw("}}", out);
    }

    private static void member(String name, String value, ByteBuf out) {
        if (!value.isEmpty()) {
            Json.raw(",\"", out);
            Json.raw(name, out);
            Json.raw("\":", out);
            Json.string(value, out);
        }
    }

    /**
     * Appends the answer to a subscribe.
     *
     * @param askedOffset where the client wanted to go on; it moves on from there as it takes the
     *     recovered publications
     */
    static void subscribed(long id, Subscribed begin, long askedOffset, ByteBuf out) {
        begin(id, ",\"subscribe\":", out);
        subscription(begin, begin.recovered() ? askedOffset : begin.position().offset(), out);
        out.writeByte('}');
    }

    private static void subscription(Subscribed begin, long offset, ByteBuf out) {
        String before = "{";
        if (begin.recoverable()) {
            Json.raw("{\"recoverable\":true,\"epoch\":", out);
            Json.string(begin.position().epoch(), out);
            before = ",";
        }
        if (!begin.missed().isEmpty()) {
            Json.raw(before, out);
            Json.raw("\"publications\":", out);
            Json.publications(begin.missed(), out);
            before = ",";
        }
        if (begin.recovered()) {
            Json.raw(before, out);
            Json.raw("\"recovered\":true", out);
            before = ",";
        }
        if (begin.recoverable()) {
            if (offset > 0) {
                Json.raw(",\"offset\":", out);
                Json.number(offset, out);
            }
            Json.raw(",\"positioned\":true", out);
        }
        if (begin.wasRecovering()) {
            Json.raw(before, out);
            Json.raw("\"was_recovering\":true", out);
            before = ",";
        }
        Json.raw(before.equals("{") ? "{}" : "}", out);
    }

    static void unsubscribed(long id, ByteBuf out) {
        begin(id, ",\"unsubscribe\":{}}", out);
    }

    static void published(long id, StreamPosition place, ByteBuf out) {
        out.writeBytes(ID);
        Json.number(id, out);
        out.writeBytes(PUBLISHED);
    }

    static void pong(long id, ByteBuf out) {
        begin(id, ",\"ping\":{}}", out);
    }

    static void presence(long id, List<Member> members, ByteBuf out) {
        begin(id, ",\"presence\":{\"presence\":", out);
        Json.members(members, out);
        Json.raw("}}", out);
    }

    static void presenceStats(long id, PresenceStats stats, ByteBuf out) {
        begin(id, ",\"presence_stats\":", out);
        stats(stats, out);
        out.writeByte('}');
    }

    static void stats(PresenceStats stats, ByteBuf out) {
        Json.raw("{\"num_clients\":", out);
        Json.number(stats.clients(), out);
        Json.raw(",\"num_users\":", out);
        Json.number(stats.users(), out);
        out.writeByte('}');
    }

    static void history(long id, History history, ByteBuf out) {
        begin(id, ",\"history\":", out);
        history(history, out);
        out.writeByte('}');
    }

    static void history(History history, ByteBuf out) {
        Json.raw("{\"publications\":", out);
        Json.publications(history.messages(), out);
        Json.raw(",\"epoch\":", out);
        Json.string(history.top().epoch(), out);
        Json.raw(",\"offset\":", out);
        Json.number(history.top().offset(), out);
        out.writeByte('}');
    }

    private static void begin(long id, String next, ByteBuf out) {
        Json.raw("{\"id\":", out);
        Json.number(id, out);
        Json.raw(next, out);
    }

    /** Appends the news that the server has put the client on a channel. */
    static void subscribedByServer(String channel, Subscribed begin, ByteBuf out) {
        push(channel, out);
        if (!begin.recoverable()) {
            Json.raw(",\"subscribe\":{}}}", out);
            return;
        }
        Json.raw(",\"subscribe\":{\"recoverable\":true,\"epoch\":", out);
        Json.string(begin.position().epoch(), out);
        if (begin.position().offset() > 0) {
            Json.raw(",\"offset\":", out);
            Json.number(begin.position().offset(), out);
        }
        Json.raw(",\"positioned\":true}}}", out);
    }

    /** Appends the news that the server has taken the client off a channel. */
    static void unsubscribedByServer(String channel, ByteBuf out) {
        push(channel, out);
        Json.raw(SERVER_UNSUBSCRIBE, out);
    }

    private static void push(String channel, ByteBuf out) {
        Json.raw("{\"push\":{\"channel\":", out);
        Json.string(channel, out);
    }

    /** Appends the last words, for transports that have no close codes. */
    static void disconnect(CloseReason reason, ByteBuf out) {
        Json.raw("{\"push\":{\"disconnect\":{\"code\":", out);
        Json.number(reason.code(), out);
        Json.raw(",\"reason\":", out);
        Json.string(reason.text(), out);
        Json.raw("}}}", out);
    }

    /**
     * What a client learns when it has connected.
     *
     * @param session the secret of an emulated transport; empty for others
     * @param node where the session is; empty where there is none
     */
    record Welcome(
            String client,
            String version,
            int pingSeconds,
            boolean pong,
            String session,
            String node) {}
}

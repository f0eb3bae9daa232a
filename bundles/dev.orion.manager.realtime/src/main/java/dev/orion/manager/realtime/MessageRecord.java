// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.ChannelName;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Publication.ReplyTo;
import dev.orion.message.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Messages and publications as bytes that outlive the process. */
final class MessageRecord {

    private static final int VERSION = 1;

    private static final int RETAIN = 1;
    private static final int TEXT = 2;
    private static final int JSON_LINE = 4;
    private static final int EXPIRES = 8;
    private static final int REPLY_TO = 16;
    private static final int FLAGS = 32;

    private MessageRecord() {}

    static byte[] encode(Message message) {
        BytesOut out = new BytesOut(96 + message.payload().length()).put(VERSION);
        out.text(message.channel());
        write(message.origin(), out);
        out.number(message.timeMs()).number(message.offset()).text(message.epoch());
        write(message.publication(), out);
        return out.toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static Message decode(byte[] bytes) {
        var in = new BytesIn(bytes);
        in.version(VERSION);
        String channel = ChannelName.check(in.text());
        Origin origin = origin(in);
        long timeMs = in.number();
        long offset = in.positive();
        String epoch = in.text();
        var message = new Message(channel, publication(in), origin, timeMs, offset, epoch);
        in.end();
        return message;
    }

    static void write(Origin origin, BytesOut out) {
        out.text(origin.client()).text(origin.user()).text(origin.transport());
    }

    static Origin origin(BytesIn in) {
        return new Origin(in.text(), in.text(), in.text());
    }

    static void write(Publication publication, BytesOut out) {
        Payload payload = publication.payload();
        Optional<ReplyTo> replyTo = publication.replyTo();
        out.put(number(publication.qos()));
        out.put(
                (publication.retain() ? RETAIN : 0)
                        | (publication.declaredText() ? TEXT : 0)
                        | (payload.isJsonLine() ? JSON_LINE : 0)
                        | (publication.expiry().isPresent() ? EXPIRES : 0)
                        | (replyTo.isPresent() ? REPLY_TO : 0));
        publication.expiry().ifPresent(expiry -> out.number(expiry.toMillis()));
        replyTo.ifPresent(to -> out.text(to.channel()).bytes(to.correlation().array()));
        out.number(publication.headers().size());
        publication.headers().forEach(header -> out.text(header.name()).text(header.value()));
        out.text(payload.contentType()).bytes(payload.array());
    }

    static Publication publication(BytesIn in) {
        Qos qos = qos(in);
        int flags = in.get(FLAGS);
        Optional<Duration> expiry =
                (flags & EXPIRES) == 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(in.positive()));
        Optional<ReplyTo> replyTo =
                (flags & REPLY_TO) == 0
                        ? Optional.empty()
                        : Optional.of(new ReplyTo(in.text(), Payload.untrusted(in.bytes(), "")));
        Headers headers = headers(in);
        return new Publication(
                payload(in, (flags & JSON_LINE) != 0),
                headers,
                qos,
                (flags & RETAIN) != 0,
                expiry,
                replyTo,
                (flags & TEXT) != 0);
    }

    static int number(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> 0;
            case AT_LEAST_ONCE -> 1;
            case EXACTLY_ONCE -> 2;
        };
    }

    static Qos qos(BytesIn in) {
        return switch (in.get(3)) {
            case 0 -> Qos.AT_MOST_ONCE;
            case 1 -> Qos.AT_LEAST_ONCE;
            default -> Qos.EXACTLY_ONCE;
        };
    }

    private static Headers headers(BytesIn in) {
        int size = in.number(Integer.MAX_VALUE);
        List<Headers.Header> headers = new ArrayList<>(Math.min(size, 16));
        for (int i = 0; i < size; i++) {
            headers.add(new Headers.Header(in.text(), in.text()));
        }
        return Headers.of(headers);
    }

    private static Payload payload(BytesIn in, boolean isJsonLine) {
        String contentType = in.text();
        byte[] bytes = in.bytes();
        return isJsonLine ? Payload.of(bytes, Payload.JSON) : Payload.untrusted(bytes, contentType);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.client.WireForm;
import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Publication.ReplyTo;
import dev.orion.message.Qos;
import dev.orion.realtime.Member;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How messages of {@link Qos#AT_MOST_ONCE} go through the {@link PipeChannel}: everything of them
 * but their origin and their place in the history.
 *
 * @param mapping the id of the subscription that they are for
 */
record PipeForm(int mapping) implements WireForm {

    private static final int RETAIN = 1;
    private static final int TEXT = 2;
    private static final int EXPIRES = 4;
    private static final int REPLY_TO = 8;

    /** A message and the subscription that it is for. */
    record Piped(int mapping, Message message) {}

    @Override
    public void publication(Message message, ByteBuf out) {
        Publication publication = message.publication();
        Optional<ReplyTo> replyTo = publication.replyTo();
        out.writeInt(mapping);
        out.writeByte(
                (publication.retain() ? RETAIN : 0)
                        | (publication.declaredText() ? TEXT : 0)
                        | (publication.expiry().isPresent() ? EXPIRES : 0)
                        | (replyTo.isPresent() ? REPLY_TO : 0));
        write(message.channel(), out);
        out.writeLong(message.timeMs());
        if (publication.expiry().isPresent()) {
            out.writeLong(publication.expiry().get().toMillis());
        }
        if (replyTo.isPresent()) {
            write(replyTo.get().channel(), out);
            write(replyTo.get().correlation().array(), out);
        }
        out.writeInt(publication.headers().size());
        for (Headers.Header header : publication.headers()) {
            write(header.name(), out);
            write(header.value(), out);
        }
        write(publication.payload().contentType(), out);
        write(publication.payload().array(), out);
    }

    @Override
    public void joined(String channel, Member member, ByteBuf out) {
        // Nobody asks for it.
    }

    @Override
    public void left(String channel, Member member, ByteBuf out) {
        // Nobody asks for it.
    }

    /**
     * Reads one that {@link #publication} wrote.
     *
     * <p><b>Buffer:</b> borrows {@code in} and moves its reader index.
     */
    static Piped read(ByteBuf in) {
        int mapping = in.readInt();
        int flags = in.readByte();
        String channel = text(in);
        long timeMs = in.readLong();
        Optional<Duration> expiry =
                (flags & EXPIRES) == 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(in.readLong()));
        Optional<ReplyTo> replyTo =
                (flags & REPLY_TO) == 0
                        ? Optional.empty()
                        : Optional.of(new ReplyTo(text(in), Payload.untrusted(bytes(in), "")));
        List<Headers.Header> headers = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            headers.add(new Headers.Header(text(in), text(in)));
        }
        String contentType = text(in);
        var publication =
                new Publication(
                        Payload.untrusted(bytes(in), contentType),
                        Headers.of(headers),
                        Qos.AT_MOST_ONCE,
                        (flags & RETAIN) != 0,
                        expiry,
                        replyTo,
                        (flags & TEXT) != 0);
        return new Piped(mapping, new Message(channel, publication, Origin.HOST, timeMs, 0, ""));
    }

    private static void write(String text, ByteBuf out) {
        write(text.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void write(byte[] bytes, ByteBuf out) {
        out.writeInt(bytes.length);
        out.writeBytes(bytes);
    }

    private static String text(ByteBuf in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuf in) {
        byte[] bytes = new byte[in.readInt()];
        in.readBytes(bytes);
        return bytes;
    }
}

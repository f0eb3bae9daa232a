// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.QueueLimit;
import dev.orion.client.Will;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is stored of a session besides its subscriptions and deliveries.
 *
 * @param expiryMs how long it outlives its connection
 * @param isConnected whether a connection had it when this was written
 * @param endedMs when its last connection ended; 0 while it is connected
 * @param sentUpTo the order of the last delivery that was ever sent; what is later was not
 * @param will still to be published
 * @param queue a limit of its own
 */
record SessionRecord(
        SessionKey key,
        UUID id,
        long expiryMs,
        boolean isConnected,
        long endedMs,
        long sentUpTo,
        Optional<Will> will,
        Optional<QueueLimit> queue) {

    private static final int VERSION = 2;

    /** Knew no limits of their own. */
    private static final int OLDEST_VERSION = 1;

    byte[] encode() {
        BytesOut out = new BytesOut(128).put(VERSION);
        out.text(key.protocol()).text(key.user()).text(key.name());
        out.fixed(id.getMostSignificantBits()).fixed(id.getLeastSignificantBits());
        out.number(key.roles().size());
        key.roles().stream().sorted().forEach(out::text);
        out.number(expiryMs).flag(isConnected).number(endedMs).number(sentUpTo);
        out.flag(will.isPresent());
        will.ifPresent(
                last -> {
                    out.text(last.channel()).number(last.delay().toMillis());
                    MessageRecord.write(last.publication(), out);
                });
        out.flag(queue.isPresent());
        queue.ifPresent(limit -> out.number(limit.messages()).number(limit.bytes()));
        return out.toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static SessionRecord decode(byte[] bytes) {
        var in = new BytesIn(bytes);
        int version = in.version(OLDEST_VERSION, VERSION);
        String protocol = in.text();
        String user = in.text();
        String name = in.text();
        var id = new UUID(in.fixed(), in.fixed());
        Set<String> roles = new HashSet<>();
        for (int left = in.number(Integer.MAX_VALUE); left > 0; left--) {
            roles.add(in.text());
        }
        var record =
                new SessionRecord(
                        new SessionKey(protocol, user, roles, name),
                        id,
                        in.positive(),
                        in.flag(),
                        in.positive(),
                        in.positive(),
                        in.flag() ? Optional.of(will(in)) : Optional.empty(),
                        version > OLDEST_VERSION && in.flag()
                                ? Optional.of(queue(in))
                                : Optional.empty());
        in.end();
        return record;
    }

    private static QueueLimit queue(BytesIn in) {
        return new QueueLimit(in.number(QueueLimit.MAX_MESSAGES), in.positive());
    }

    private static Will will(BytesIn in) {
        String channel = in.text();
        Duration delay = Duration.ofMillis(in.positive());
        return new Will(channel, MessageRecord.publication(in), delay);
    }
}

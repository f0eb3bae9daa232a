// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.ChannelName;
import dev.orion.protocol.centrifuge.Command.Kind;

/**
 * Reads the command that comes most often, a publish, in the two forms in which client libraries
 * write it, without a parser: {@code {"id":1,"publish":{"channel":"a","data":…}}} and the same with
 * the id at the end.
 *
 * <p>It never refuses: what it does not know for certain is left to the parser.
 *
 * <p><b>Threads:</b> one event loop.
 */
final class PlainPublish {

    private static final byte[] ID_FIRST = Json.ascii("{\"id\":");
    private static final byte[] PUBLISH_SECOND = Json.ascii(",\"publish\":{\"channel\":\"");
    private static final byte[] PUBLISH_FIRST = Json.ascii("{\"publish\":{\"channel\":\"");
    private static final byte[] ID_SECOND = Json.ascii("},\"id\":");
    private static final byte[] DATA = Json.ascii("\",\"data\":");
    private static final int MAX_ID_DIGITS = 9; // longer ones are near the limit: the parser's

    private final KnownChannels channels;
    private final JsonValue value = new JsonValue();

    // of the command that is being read
    private byte[] bytes;
    private int to;
    private int at;

    PlainPublish(KnownChannels channels) {
        this.channels = channels;
    }

    /** Fills {@code command} and returns true, or returns false: then nothing in it counts. */
    boolean read(byte[] line, int from, int to, Command command) {
        this.bytes = line;
        this.to = to;
        this.at = from;
        boolean isRead;
        if (take(ID_FIRST)) {
            isRead = id(command) && take(PUBLISH_SECOND) && rest(command) && take('}') && take('}');
        } else {
            isRead =
                    take(PUBLISH_FIRST)
                            && rest(command)
                            && take(ID_SECOND)
                            && id(command)
                            && take('}');
        }
        command.kind = Kind.PUBLISH;
        return isRead && at == to;
    }

    private boolean id(Command command) {
        int start = at;
        long id = 0;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9' && at - start <= MAX_ID_DIGITS) {
            id = id * 10 + bytes[at++] - '0';
        }
        command.id = id;
        return at > start && at - start <= MAX_ID_DIGITS && bytes[start] != '0';
    }

    private boolean rest(Command command) {
        int start = at;
        int last = Math.min(to, start + ChannelName.MAX_BYTES + 1);
        while (at < last && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        int end = at;
        if (end == start || !take(DATA)) {
            return false;
        }
        int dataEnd = value.end(bytes, at, to);
        if (dataEnd == JsonValue.UNSURE || bytes[at] <= ' ') {
            return false;
        }
        command.channel = channels.ofAscii(bytes, start, end - start);
        command.dataFrom = at;
        command.dataTo = dataEnd;
        at = dataEnd;
        return true;
    }

    private boolean take(byte[] piece) {
        int end = at + piece.length;
        if (end > to) {
            return false;
        }
        for (int i = 0; i < piece.length; i++) {
            if (bytes[at + i] != piece[i]) {
                return false;
            }
        }
        at = end;
        return true;
    }

    private boolean take(char piece) {
        return at < to && bytes[at++] == piece;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.ChannelName;
import dev.orion.protocol.centrifuge.Command.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads commands, one JSON object each.
 *
 * <p>As the Go server does, it skips members that it does not know and takes {@code null} for a
 * member that is not there. It is stricter with more than one command, or two ids, in an object.
 *
 * <p><b>Threads:</b> one event loop; the command is valid until the next is read.
 */
final class CommandReader {

    private static final long MAX_ID = 0xffff_ffffL; // uint32 in the protocol's definition

    private final JsonFactory json;
    private final boolean idsAreOptional;
    private final Command command = new Command();
    private final KnownChannels knownChannels = new KnownChannels();
    private final PlainPublish plainPublish = new PlainPublish(knownChannels);

    // of the command that is being read
    private JsonParser parser;
    private int base;
    private boolean wrong;
    private boolean unknown;

    CommandReader(JsonFactory json) {
        this(json, false);
    }

    /**
     * A reader.
     *
     * @param idsAreOptional whether a command without an id is one that wants no answer
     */
    CommandReader(JsonFactory json, boolean idsAreOptional) {
        this.json = json;
        this.idsAreOptional = idsAreOptional;
    }

    /** Reads the bytes, which are UTF-8 without line breaks. */
    Command read(byte[] bytes, int from, int to) {
        command.clear();
        command.bytes = bytes;
        if (plainPublish.read(bytes, from, to, command)) {
            return command;
        }
        return parse(bytes, from, to);
    }

    /** Reads the bytes with the parser, whatever they are. */
    Command parse(byte[] bytes, int from, int to) {
        command.clear();
        command.bytes = bytes;
        base = from;
        wrong = false;
        unknown = false;
        if (!looksLikeObject(bytes, from, to) || !readLine(bytes, from, to)) {
            command.kind = Kind.MALFORMED;
        }
        return command;
    }

    /** Keeps the parser from guessing other encodings, which have zeros among the first bytes. */
    static boolean looksLikeObject(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] > 0 && bytes[at] <= 0x20) {
            at++;
        }
        if (at == to || bytes[at] != '{') {
            return false;
        }
        for (int i = from; i < Math.min(from + 4, to); i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean readLine(byte[] bytes, int from, int to) {
        try (JsonParser line =
                json.createParser(ObjectReadContext.empty(), bytes, from, to - from)) {
            parser = line;
            parser.nextToken();
            members();
            return !wrong && parser.nextToken() == null && isWhole();
        } catch (JacksonException malformed) {
            return false;
        }
    }

    /** Whether an id is there where it is needed, and a command that is known. */
    private boolean isWhole() {
        return switch (command.kind) {
            case PONG -> command.id == 0 && !unknown;
            case SEND -> true;
            default -> command.id > 0 || idsAreOptional;
        };
    }

    private void members() {
        boolean hasId = false;
        while (!wrong && parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("id")) {
                command.id = number(value, MAX_ID);
                wrong |= hasId;
                hasId = true;
            } else {
                member(kind(name), value);
            }
        }
    }

    private void member(Kind kind, JsonToken value) {
        if (kind == Kind.MALFORMED) {
            unknown = true;
            parser.skipChildren();
        } else if (value != JsonToken.VALUE_NULL) {
            wrong |= value != JsonToken.START_OBJECT || command.kind != Kind.PONG;
            command.kind = kind;
            if (!wrong) {
                arguments();
            }
        }
    }

    private static Kind kind(String name) {
        return switch (name) {
            case "connect" -> Kind.CONNECT;
            case "subscribe" -> Kind.SUBSCRIBE;
            case "unsubscribe" -> Kind.UNSUBSCRIBE;
            case "publish" -> Kind.PUBLISH;
            case "presence" -> Kind.PRESENCE;
            case "presence_stats" -> Kind.PRESENCE_STATS;
            case "history" -> Kind.HISTORY;
            case "ping" -> Kind.PING;
            case "send" -> Kind.SEND;
            case "rpc" -> Kind.RPC;
            case "refresh" -> Kind.REFRESH;
            case "sub_refresh" -> Kind.SUB_REFRESH;
            default -> Kind.MALFORMED;
        };
    }

    private void arguments() {
        while (!wrong && parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            argument(name, parser.nextToken());
        }
    }

    private void argument(String name, JsonToken value) {
        switch (name) {
            case "channel" -> command.channel = channel(value);
            case "data" -> data(value);
            case "token" -> command.token = string(value);
            case "recover" -> command.recover = bool(value);
            case "join_leave" -> command.joinLeave = bool(value);
            case "epoch" -> command.epoch = string(value);
            case "offset" -> command.offset = number(value, Long.MAX_VALUE);
            case "delta" -> command.delta = string(value);
            case "flag" -> command.flag = number(value, Long.MAX_VALUE);
            case "type" -> command.type = number(value, Integer.MAX_VALUE);
            case "limit" -> command.limit = limit(value);
            case "reverse" -> command.reverse = bool(value);
            case "since" -> since(value);
            case "tf" -> {
                command.filtered = value != JsonToken.VALUE_NULL;
                parser.skipChildren();
            }
            default -> parser.skipChildren();
        }
    }

    private void since(JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        wrong |= value != JsonToken.START_OBJECT;
        command.since = true;
        while (!wrong && parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken part = parser.nextToken();
            switch (name) {
                case "offset" -> command.sinceOffset = number(part, Long.MAX_VALUE);
                case "epoch" -> command.sinceEpoch = string(part);
                default -> parser.skipChildren();
            }
        }
    }

    /** Remembers which bytes of the frame the value is. */
    private void data(JsonToken value) {
        command.dataFrom = base + (int) parser.currentTokenLocation().getByteOffset();
        if (value == JsonToken.VALUE_STRING) {
            parser.finishToken();
        } else {
            parser.skipChildren();
        }
        command.dataTo = base + (int) parser.currentLocation().getByteOffset();
    }

    /** The channel's name, the same string again where the loop has seen it lately. */
    private String channel(JsonToken value) {
        if (value != JsonToken.VALUE_STRING) {
            return string(value);
        }
        int length = parser.getStringLength();
        if (length == 0 || length > ChannelName.MAX_BYTES) {
            return parser.getString();
        }
        return knownChannels.of(parser.getStringCharacters(), parser.getStringOffset(), length);
    }

    private String string(JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        wrong |= value != JsonToken.VALUE_NULL;
        return "";
    }

    private boolean bool(JsonToken value) {
        wrong |=
                value != JsonToken.VALUE_TRUE
                        && value != JsonToken.VALUE_FALSE
                        && value != JsonToken.VALUE_NULL;
        return value == JsonToken.VALUE_TRUE;
    }

    private long number(JsonToken value, long max) {
        long number = limit(value);
        wrong |= number < 0 || number > max;
        return number;
    }

    private long limit(JsonToken value) {
        if (value == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        wrong |= value != JsonToken.VALUE_NULL;
        return 0;
    }
}

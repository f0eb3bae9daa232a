// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.Payload;
import java.util.Arrays;

/** One command as it was read: what is asked, and every argument that any command has. */
final class Command {

    /** What is asked. */
    enum Kind {
        MALFORMED,
        PONG,
        CONNECT,
        SUBSCRIBE,
        UNSUBSCRIBE,
        PUBLISH,
        PRESENCE,
        PRESENCE_STATS,
        HISTORY,
        PING,
        SEND,
        RPC,
        REFRESH,
        SUB_REFRESH
    }

    private static final byte[] NONE = {};

    Kind kind;
    long id;
    String channel;
    String token;
    String epoch;
    String delta;
    long offset;
    long type;
    long flag;
    long limit;
    boolean recover;
    boolean reverse;
    boolean joinLeave;
    boolean filtered;
    boolean since;
    long sinceOffset;
    String sinceEpoch;

    // a part of the frame; empty where there is no data
    byte[] bytes;
    int dataFrom;
    int dataTo;

    Command() {
        clear();
    }

    void clear() {
        kind = Kind.PONG;
        id = 0;
        channel = "";
        token = "";
        epoch = "";
        delta = "";
        offset = 0;
        type = 0;
        flag = 0;
        limit = 0;
        recover = false;
        reverse = false;
        joinLeave = false;
        filtered = false;
        since = false;
        sinceOffset = 0;
        sinceEpoch = "";
        bytes = NONE;
        dataFrom = 0;
        dataTo = 0;
    }

    boolean hasData() {
        return dataTo > dataFrom;
    }

    /** A copy of the data, which a parser has found to be JSON. */
    Payload data() {
        return Payload.validJson(Arrays.copyOfRange(bytes, dataFrom, dataTo));
    }
}

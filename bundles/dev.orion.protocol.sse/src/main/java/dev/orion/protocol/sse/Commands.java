// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.sse;

import java.util.List;
import tools.jackson.core.io.JsonStringEncoder;

/** The commands of a peer that brings none of its own. */
final class Commands {

    private Commands() {}

    /** Connects, then subscribes to each of {@code channels}. */
    static String listenTo(List<String> channels) {
        var commands = new StringBuilder("{\"id\":1,\"connect\":{}}");
        int id = 1;
        for (String channel : channels) {
            commands.append("\n{\"id\":").append(++id).append(",\"subscribe\":{\"channel\":\"");
            JsonStringEncoder.getInstance().quoteAsString(channel, commands);
            commands.append("\"}}");
        }
        return commands.toString();
    }
}

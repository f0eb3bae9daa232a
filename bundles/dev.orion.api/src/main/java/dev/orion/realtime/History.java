// SPDX-License-Identifier: Apache-2.0
package dev.orion.realtime;

import dev.orion.message.Message;
import java.util.List;

/**
 * Messages of a channel's history.
 *
 * @param messages in the order that was asked for
 * @param top the position of the newest message, whether it is among them or not
 */
public record History(List<Message> messages, StreamPosition top) {

    public History {
        messages = List.copyOf(messages);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A client that is to be opened.
 *
 * @param port the server's
 * @param channels what it subscribes to
 * @param arrivals hears what it gets
 * @param lost completed exceptionally when the server ends the connection
 * @param opened completed when it is connected and subscribed, or with the reason why it is not
 */
record Client(
        int port,
        List<String> channels,
        Arrivals arrivals,
        CompletableFuture<Void> lost,
        CompletableFuture<Channel> opened) {

    Client {
        channels = List.copyOf(channels);
    }
}

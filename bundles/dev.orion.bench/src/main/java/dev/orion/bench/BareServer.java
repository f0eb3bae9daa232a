// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit that Orion is measured against: Netty and the bytes of the client protocol, nothing
 * else.
 *
 * <p>It knows the commands only in the very form in which the loader writes them, checks nothing,
 * and forgets nothing that it could do to be fast: one buffer per channel and turn, one write and
 * one flush per client and turn, one task per other event loop and turn.
 */
final class BareServer {

    private BareServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the transport and the number of event loops, 0 for one per processor
     */
    public static void main(String[] args) throws InterruptedException {
        var start = BareStart.of(args[0], args[1]);
        var loopOfThread = loops(start.group());
        BareStart.ready(
                start.listen(
                        channel ->
                                channel.pipeline()
                                        .addLast(new BareConnection(loopOfThread.get()))));
    }

    private static FastThreadLocal<BareLoop> loops(MultiThreadIoEventLoopGroup group)
            throws InterruptedException {
        List<BareLoop> all = new ArrayList<>();
        var topics = new BareTopics(group.executorCount());
        var ofThread = new FastThreadLocal<BareLoop>();
        for (EventExecutor executor : group) {
            var loop = new BareLoop(all.size(), (EventLoop) executor, topics, all);
            all.add(loop);
            executor.submit(() -> ofThread.set(loop)).sync();
        }
        return ofThread;
    }
}

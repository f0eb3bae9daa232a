// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The channels of the bare server.
 *
 * <p><b>Threads:</b> any.
 */
final class BareTopics {

    private final ConcurrentHashMap<String, Topic> byName = new ConcurrentHashMap<>();
    private final int loops;

    BareTopics(int loops) {
        this.loops = loops;
    }

    Topic named(String name) {
        return byName.computeIfAbsent(name, unknown -> new Topic(unknown, loops));
    }

    /** One channel: in every slot what belongs to the event loop of that index. */
    static final class Topic {

        final ByteBuf name;
        final byte[] head;

        /**
         * Who listens, touched by its loop only; that it is there tells the other loops to hand
         * over.
         */
        final AtomicReferenceArray<ArrayList<BareConnection>> members;

        /** What this turn of a loop has brought; null when nothing. */
        final ByteBuf[] turn;

        Topic(String name, int loops) {
            this.name = Unpooled.wrappedBuffer(name.getBytes(UTF_8));
            head = ("{\"push\":{\"channel\":\"" + name + "\",\"pub\":{\"data\":").getBytes(UTF_8);
            members = new AtomicReferenceArray<>(loops);
            turn = new ByteBuf[loops];
        }

        /** Called on the loop of that index. */
        void join(int loop, BareConnection member) {
            ArrayList<BareConnection> joined = members.get(loop);
            if (joined == null) {
                joined = new ArrayList<>(1);
                members.set(loop, joined);
            }
            joined.add(member);
        }

        /** Called on the loop of that index. */
        void leave(int loop, BareConnection member) {
            ArrayList<BareConnection> left = members.get(loop);
            left.remove(member);
            if (left.isEmpty()) {
                members.set(loop, null);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.realtime.SlowPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Channels channels =
            new Channels(Clock.systemUTC(), new Channels.Settings(1000, 1_000_000, 4));
    private final Backlog backlog = new Backlog();

    @AfterEach
    void clear() {
        backlog.clear();
    }

    @Test
    void keepsNoWholeBatchForItsNewestMessage() {
        ByteBuf batch = Unpooled.directBuffer(70_000).writeZero(65_536);
        int newest = batch.writerIndex();
        batch.writeCharSequence("newest", StandardCharsets.US_ASCII);

        backlog.add(batch, newest, channel("a"), SlowPolicy.LATEST);

        assertThat(batch.refCnt()).isZero();
        assertThat(polled()).isEqualTo("newest");
    }

    @Test
    void keepsABatchOfLittleMoreThanItsNewestMessage() {
        ByteBuf batch = Unpooled.directBuffer(10);
        batch.writeCharSequence("old newest", StandardCharsets.US_ASCII);

        backlog.add(batch, 4, channel("a"), SlowPolicy.LATEST);

        assertThat(batch.refCnt()).isOne();
        assertThat(polled()).isEqualTo("newest");
        assertThat(batch.refCnt()).isZero();
    }

    @Test
    void countsTheMemoryThatItHoldsAndNotTheBytesThatAreToGoOut() {
        ByteBuf first = Unpooled.directBuffer(600_000).writeByte(1);
        ByteBuf second = Unpooled.directBuffer(600_000).writeByte(2);

        backlog.add(first, 0, channel("a"), SlowPolicy.DROP_OLDEST);
        backlog.add(second, 0, channel("a"), SlowPolicy.DROP_OLDEST);

        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isOne();
    }

    private LiveChannel channel(String name) {
        return channels.open(name, new RealtimeManagerTest.Rules("#").build());
    }

    private String polled() {
        ByteBuf oldest = backlog.poll();
        try {
            return oldest.toString(StandardCharsets.US_ASCII);
        } finally {
            oldest.release();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {

    private final List<Object> events = new ArrayList<>();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                            events.add(event);
                        }
                    });

    @Test
    void goesOnWhenTheLastReasonIsGone() {
        Reading.pause(channel);
        Reading.pause(channel);
        Reading.resume(channel);
        assertThat(Reading.isPaused(channel)).isTrue();

        Reading.resume(channel);
        assertThat(Reading.isPaused(channel)).isFalse();
    }

    @Test
    void tellsThePipelineLaterThatReadingGoesOn() {
        Reading.pause(channel);
        Reading.resume(channel);
        assertThat(events).isEmpty();

        channel.runPendingTasks();
        assertThat(events).containsExactly(Reading.RESUMED);
    }

    @Test
    void tellsNothingWhenThereIsAReasonAgain() {
        Reading.pause(channel);
        Reading.resume(channel);
        Reading.pause(channel);

        channel.runPendingTasks();
        assertThat(events).isEmpty();
    }

    @Test
    void refusesToTakeBackWhatNobodyHas() {
        assertThatIllegalStateException().isThrownBy(() -> Reading.resume(channel));
    }
}

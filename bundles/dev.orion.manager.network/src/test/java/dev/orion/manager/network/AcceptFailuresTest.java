// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptFailuresTest {

    @Test
    void pausesForAMomentAndSaysSoOnce() {
        try (var records = new Records()) {
            var channel = new EmbeddedChannel(new AcceptFailures("web"));
            channel.freezeTime();

            channel.pipeline().fireExceptionCaught(new IOException("Too many open files"));
            channel.pipeline().fireExceptionCaught(new IOException("Too many open files"));

            assertThat(channel.config().isAutoRead()).isFalse();
            channel.advanceTimeBy(AcceptFailures.PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            assertThat(channel.config().isAutoRead()).isTrue();
            assertThat(records.of("Listener cannot accept"))
                    .singleElement()
                    .satisfies(
                            record ->
                                    assertThat(record)
                                            .containsEntry("listener", "web")
                                            .containsEntry("reason", "Too many open files"));
            channel.finishAndReleaseAll();
        }
    }
}

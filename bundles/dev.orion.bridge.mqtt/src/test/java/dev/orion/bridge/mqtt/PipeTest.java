// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Headers;
import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Payload;
import dev.orion.message.Publication;
import dev.orion.message.Publication.ReplyTo;
import dev.orion.message.Qos;
import dev.orion.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class PipeTest {

    private static final Publication FULL =
            new Publication(
                    Payload.untrusted(new byte[] {1, 0, -1}, "x/ü"),
                    Headers.of(List.of(new Headers.Header("k", "v"), new Headers.Header("k", "w"))),
                    Qos.AT_MOST_ONCE,
                    true,
                    Optional.of(Duration.ofMillis(1234)),
                    Optional.of(new ReplyTo("r", Payload.untrusted(new byte[] {7}, ""))),
                    true);

    private static final Publication BARE =
            new Publication(
                    Payload.untrusted(new byte[0], ""),
                    Headers.NONE,
                    Qos.AT_MOST_ONCE,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    false);

    private final DefaultEventLoop loop = new DefaultEventLoop();

    @AfterEach
    void stop() throws Exception {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(5, TimeUnit.SECONDS);
    }

    @Test
    void carriesMessagesOneBehindTheOther() throws Exception {
        List<PipeForm.Piped> read = new ArrayList<>();
        var channel =
                new PipeChannel(
                        batch -> {
                            ByteBuf unread = batch.duplicate();
                            while (unread.isReadable()) {
                                read.add(PipeForm.read(unread));
                            }
                        });
        loop.register(channel).get(5, TimeUnit.SECONDS);
        ByteBuf batch = channel.alloc().buffer();
        new PipeForm(3).publication(message("a/ü", FULL), batch);
        new PipeForm(9).publication(message("b", BARE), batch);

        channel.writeAndFlush(batch).get(5, TimeUnit.SECONDS);

        assertThat(read).extracting(PipeForm.Piped::mapping).containsExactly(3, 9);
        assertThat(read)
                .extracting(PipeForm.Piped::message)
                .containsExactly(message("a/ü", FULL), message("b", BARE));
        assertThat(channel.isWritable()).isTrue();
        channel.close().get(5, TimeUnit.SECONDS);
        assertThat(channel.isActive()).isFalse();
    }

    private static Message message(String channel, Publication publication) {
        return new Message(channel, publication, Origin.HOST, 1_700_000_000_123L, 0, "");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that takes a long answer slowly, and one that stops. */
class SlowPeerTest {

    private static final int LENGTH = 10_000_000;

    private final SlowChannel channel = new SlowChannel();

    @BeforeEach
    void serve() {
        channel.freezeTime();
        new HttpProtocol(
                        HttpPeer.SETTINGS,
                        List.of(
                                HttpPeer.at(
                                        "/x",
                                        exchange ->
                                                exchange.respond(
                                                        HttpResponseStatus.OK,
                                                        EmptyHttpHeaders.INSTANCE,
                                                        Unpooled.wrappedBuffer(new byte[LENGTH])))))
                .serve(
                        new TestConnection(
                                channel, "http", Endpoint.parse("http://127.0.0.1:8080")));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void getsAllOfAnAnswerThatItTakesSlowly() {
        channel.ask("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        readSlowly();

        assertThat(channel.taken).isGreaterThan(LENGTH);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void getsAllOfTheLastAnswerThatItTakesSlowly() {
        channel.ask("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        readSlowly();

        assertThat(channel.taken).isGreaterThan(LENGTH);
        channel.pass(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void isCutWhenItStops(String field) {
        channel.ask("GET /x HTTP/1.1\r\nHost: a\r\n" + field + "\r\n");
        channel.take(1000);
        channel.pass(62); // the bytes that were taken set the time anew
        channel.pass(59);
        assertThat(channel.isOpen()).isTrue();

        channel.pass(3);
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.taken).isEqualTo(1000);
    }

    private void readSlowly() {
        for (int i = 0; i < 10; i++) {
            channel.pass(50);
            channel.take(LENGTH / 9);
        }
    }

    /** A channel whose peer takes only what it is told to. */
    private static final class SlowChannel extends EmbeddedChannel {

        private int room;
        private int taken;

        void ask(String request) {
            writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        }

        void take(int bytes) {
            room = bytes;
            flush();
        }

        void pass(int seconds) {
            advanceTimeBy(seconds, TimeUnit.SECONDS);
            runScheduledPendingTasks();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer written) {
            while (written.current() instanceof ByteBuf bytes
                    && (room > 0 || !bytes.isReadable())) {
                int now = Math.min(room, bytes.readableBytes());
                room -= now;
                taken += now;
                written.removeBytes(now);
            }
        }
    }
}

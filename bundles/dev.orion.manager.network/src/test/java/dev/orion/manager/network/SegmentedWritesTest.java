// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orion.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is sent: {@code port text}, and {@code /size} behind it where it is sent as one. */
@ExtendWith(LeakCheck.class)
class SegmentedWritesTest {

    private final Way way = new Way();
    private EmbeddedChannel socket;

    @BeforeEach
    void open() {
        assumeTrue(Transport.EPOLL.isAvailable(), "its errors are those of epoll");
        socket = new EmbeddedChannel(way, new SegmentedWrites());
    }

    @AfterEach
    void close() {
        if (socket != null) {
            socket.finishAndReleaseAll();
        }
    }

    @Test
    void sendsOneAsItIs() {
        write(1, "aa");

        assertThat(sent()).isEmpty();
        socket.flush();
        assertThat(sent()).containsExactly("1 aa");
    }

    @Test
    void sendsThoseOfOneSizeForOnePeerAsOne() {
        write(1, "aa");
        write(1, "bb");
        write(1, "cc");
        write(2, "dd");
        write(2, "eeee");
        write(2, "ffff");
        socket.flush();

        assertThat(sent()).containsExactly("1 aabbcc/2", "2 dd", "2 eeeeffff/4");
    }

    @Test
    void theLastMayBeShorter() {
        write(1, "aaa");
        write(1, "bbb");
        write(1, "c");
        write(1, "d");
        socket.flush();

        assertThat(sent()).containsExactly("1 aaabbbc/3", "1 d");
    }

    @Test
    void sendsNoMoreAsOneThanTheSystemTakes() {
        for (int i = 0; i < 2 * SegmentedWrites.MAX_SEGMENTS + 1; i++) {
            write(1, "a");
        }
        String longest = "b".repeat(SegmentedWrites.MAX_BYTES);
        for (int i = 0; i < 60; i++) {
            write(2, longest);
        }
        socket.flush();

        String most = "1 " + "a".repeat(SegmentedWrites.MAX_SEGMENTS) + "/1";
        assertThat(sent())
                .containsExactly(
                        most,
                        most,
                        "1 a",
                        "2 " + longest.repeat(52) + "/1232",
                        "2 " + longest.repeat(8) + "/1232");
    }

    @Test
    void sendsWhatMayBeFragmentedAsItIs() {
        String longer = "a".repeat(SegmentedWrites.MAX_BYTES + 1);
        write(1, longer);
        write(1, longer);
        socket.flush();

        assertThat(sent()).containsExactly("1 " + longer, "1 " + longer);
    }

    @Test
    void tellsWhoWantsToKnowOfOne() {
        write(1, "aa");
        var told = socket.write(packet(1, "bb"));
        write(1, "cc");
        socket.flush();

        assertThat(told.isSuccess()).isTrue();
        assertThat(sent()).containsExactly("1 aa", "1 bb", "1 cc");
    }

    @Test
    void sendsSinglyWhereTheWayTakesNothingElse() {
        way.error = -22;
        write(1, "aa");
        write(1, "bb");
        write(1, "c");
        socket.flush();
        write(1, "dd");
        write(1, "ee");
        socket.flush();

        assertThat(sent()).containsExactly("1 aa", "1 bb", "1 c", "1 dd", "1 ee");
    }

    @Test
    void saysWhatElseWentWrong() {
        way.error = -111;
        write(1, "aa");
        write(1, "bb");
        socket.flush();

        assertThat(sent()).isEmpty();
        assertThatThrownBy(socket::checkException).isInstanceOf(NativeIoException.class);
    }

    @Test
    void releasesWhatIsNotSent() {
        write(1, "aa");
        write(1, "bb");
        socket.close();

        write(1, "cc");
        socket.flush();

        assertThat(sent()).isEmpty();
    }

    private void write(int port, String text) {
        socket.write(packet(port, text), socket.voidPromise());
    }

    private static DatagramPacket packet(int port, String text) {
        return new DatagramPacket(
                Unpooled.copiedBuffer(text, US_ASCII),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private List<String> sent() {
        List<String> all = new ArrayList<>();
        DatagramPacket next;
        while ((next = socket.readOutbound()) != null) {
            ByteBuf content = next.content();
            String size =
                    next instanceof SegmentedDatagramPacket several
                            ? "/" + several.segmentSize()
                            : "";
            all.add(next.recipient().getPort() + " " + content.toString(US_ASCII) + size);
            next.release();
        }
        return all;
    }

    /** Refuses what is sent as one where there is an error for it. */
    private static final class Way extends ChannelOutboundHandlerAdapter {

        int error;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (error != 0 && message instanceof SegmentedDatagramPacket) {
                ReferenceCountUtil.release(message);
                promise.setFailure(new NativeIoException("sendmmsg", error));
            } else {
                ctx.write(message, promise);
            }
        }
    }
}

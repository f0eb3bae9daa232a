// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatherFramesTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new GatherFrames());

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void putsSmallBuffersIntoOneInTheirOrder() {
        channel.write(bytes("a"));
        channel.write(bytes("bc"));
        channel.write(bytes("d"));
        channel.flush();

        assertThat(sent()).containsExactly("abcd");
    }

    @Test
    void copiesNoBufferThatIsAlone() {
        ByteBuf alone = bytes("a");
        channel.writeOutbound(alone);

        ByteBuf sent = channel.readOutbound();
        assertThat(sent).isSameAs(alone);
        sent.release();
    }

    @Test
    void copiesNoLargeBuffer() {
        ByteBuf large = bytes("x".repeat(1025));
        channel.write(bytes("a"));
        channel.write(bytes("b"));
        channel.write(large);
        channel.write(bytes("c"));
        channel.flush();

        assertThat(text(channel.readOutbound())).isEqualTo("ab");
        ByteBuf sent = channel.readOutbound();
        assertThat(sent).isSameAs(large);
        sent.release();
        assertThat(sent()).containsExactly("c");
    }

    @Test
    void releasesWhatItHasCopied() {
        ByteBuf first = bytes("a");
        ByteBuf second = bytes("b");
        channel.write(first);
        channel.write(second);

        assertThat(List.of(first.refCnt(), second.refCnt())).containsExactly(0, 0);
    }

    @Test
    void keepsPromisesInOrderWhenTheBytesAreSent() {
        var kept = new ArrayList<String>();
        channel.write(bytes("a")).addListener(written -> kept.add("a"));
        channel.write(bytes("b")).addListener(written -> kept.add("b"));
        assertThat(kept).isEmpty();

        channel.flush();
        assertThat(kept).containsExactly("a", "b");
        assertThat(sent()).containsExactly("ab");
    }

    @Test
    void goesOnInAnotherBufferWhenOneIsFull() {
        var promises = new ArrayList<ChannelFuture>();
        var all = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String piece = String.valueOf(i % 10).repeat(300);
            all.append(piece);
            promises.add(channel.write(bytes(piece)));
        }
        channel.flush();

        assertThat(promises).allMatch(ChannelFuture::isSuccess);
        List<String> sent = sent();
        assertThat(String.join("", sent)).isEqualTo(all.toString());
        assertThat(sent).hasSizeLessThan(15);
    }

    @Test
    void sendsBeforeItCloses() {
        channel.write(bytes("a"));
        channel.write(bytes("b"));
        channel.flush();
        channel.write(bytes("c"));
        ChannelFuture notFlushed = channel.write(bytes("d"));
        channel.close();

        assertThat(sent()).containsExactly("ab");
        assertThat(notFlushed.cause()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void writesWhatItHoldsWhenItIsTakenOut() {
        ChannelFuture written = channel.write(bytes("a"));
        channel.write(bytes("b"));
        channel.pipeline().remove(GatherFrames.class);
        channel.flush();

        assertThat(sent()).containsExactly("ab");
        assertThat(written.isSuccess()).isTrue();
    }

    @Test
    void letsWhatIsNoBufferThroughInItsPlace() {
        channel.write(bytes("a"));
        channel.write("message");
        channel.flush();

        assertThat(text(channel.readOutbound())).isEqualTo("a");
        assertThat(channel.<Object>readOutbound()).isEqualTo("message");
    }

    private List<String> sent() {
        var sent = new ArrayList<String>();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; ) {
            sent.add(text(bytes));
            bytes = channel.readOutbound();
        }
        return sent;
    }

    private static String text(ByteBuf bytes) {
        try {
            return bytes.toString(US_ASCII);
        } finally {
            bytes.release();
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketBytesTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 125, 126, 1000})
    void framesAsNettyReadsIt(int length) {
        String text = "abcdefghij".repeat(100).substring(0, length);
        var server = new EmbeddedChannel(new WebSocket13FrameDecoder(true, false, 1 << 16));

        server.writeInbound(WebSocketBytes.clientFrame(text));

        TextWebSocketFrame frame = server.readInbound();
        assertThat(frame.text()).isEqualTo(text);
        frame.release();
        assertThat(server.finishAndReleaseAll()).isFalse();
    }

    @Test
    void takesAMaskOffAgain() {
        ByteBuf bytes = Unpooled.copiedBuffer("some more than eight", UTF_8);

        WebSocketBytes.unmask(bytes, 3, 13, 0x1234_5678);
        assertThat(bytes.toString(UTF_8)).startsWith("som").isNotEqualTo("some more than eight");
        WebSocketBytes.unmask(bytes, 3, 13, 0x1234_5678);

        assertThat(bytes.toString(UTF_8)).isEqualTo("some more than eight");
    }

    @Test
    void acceptsAsTheStandardsExample() { // RFC 6455 §1.3
        assertThat(WebSocketBytes.accept("dGhlIHNhbXBsZSBub25jZQ=="))
                .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}

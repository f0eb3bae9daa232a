// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineFramingTest {

    @ParameterizedTest
    @CsvSource({"'{}', '{}\n'", "'{}\n', '{}\n'", "'{}\n{}', '{}\n{}\n'", "'', ''"})
    void endsWithExactlyOneLineBreakAndLeavesThePayloadAsItWas(String payload, String framed) {
        ByteBuf from = Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8);
        ByteBuf out = Unpooled.buffer();

        LineFraming.SHARED.frame(from, out);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(framed);
        assertThat(from.toString(StandardCharsets.UTF_8)).isEqualTo(payload);
    }
}

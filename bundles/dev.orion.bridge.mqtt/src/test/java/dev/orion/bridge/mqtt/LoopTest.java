// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.Headers;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What keeps messages from going round: the trail of MQTT 5, and the echoes of 3.1.1. */
class LoopTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Echoes echoes = new Echoes(nanos::get);

    @Test
    void knowsTheBridgesThatAMessageHasGoneThrough() {
        Headers headers = Trail.with(Trail.with(Headers.of(Map.of("k", "v")), "one"), "two");

        assertThat(headers.toMap()).isEqualTo(Map.of("k", "v", Trail.HEADER, "one two"));
        assertThat(Trail.isOver(headers, Set.of("one"))).isTrue();
        assertThat(Trail.isOver(headers, Set.of("two", "x"))).isTrue();
        assertThat(Trail.isOver(headers, Set.of("three"))).isFalse();
        assertThat(Trail.isOver(Headers.NONE, Set.of("one"))).isFalse();
    }

    @Test
    void endsAMessageThatHasGoneThroughTooMany() {
        Headers headers = Headers.NONE;
        for (int i = 0; i < Trail.MOST; i++) {
            assertThat(Trail.isOver(headers, Set.of())).isFalse();
            headers = Trail.with(headers, "b" + i);
        }

        assertThat(Trail.isOver(headers, Set.of())).isTrue();
    }

    @Test
    void takesOneOutForEachThatWasSent() {
        expect("t", "x");
        expect("t", "x");

        assertThat(isEcho("t", "x")).isTrue();
        assertThat(isEcho("t", "y")).isFalse();
        assertThat(isEcho("u", "x")).isFalse();
        assertThat(isEcho("t", "x")).isTrue();
        assertThat(isEcho("t", "x")).isFalse();
    }

    @Test
    void forgetsAfterAMinuteButNotTheLaterOne() {
        expect("t", "x");
        assertThat(isEcho("t", "x")).isTrue();
        nanos.addAndGet(Echoes.TIME.toNanos() / 2);
        expect("t", "x");
        nanos.addAndGet(Echoes.TIME.toNanos() / 2 + 1);

        assertThat(isEcho("t", "x")).isTrue();
        expect("t", "z");
        nanos.addAndGet(Echoes.TIME.toNanos() + 1);
        assertThat(isEcho("t", "z")).isFalse();
    }

    @Test
    void remembersSoManyAtMost() {
        for (int i = 0; i <= Echoes.MOST; i++) {
            expect("t", "x" + i);
        }

        assertThat(isEcho("t", "x0")).isFalse();
        assertThat(isEcho("t", "x1")).isTrue();
    }

    private void expect(String topic, String text) {
        echoes.expect(topic, text.getBytes(UTF_8));
    }

    private boolean isEcho(String topic, String text) {
        return echoes.isOne(topic, text.getBytes(UTF_8));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RingTest {

    private final Ring<String> ring = new Ring<>();

    @Test
    void keepsThingsInTheirOrder() {
        ring.add("a");
        Ring.Place<String> second = ring.add("b");
        ring.add("c");
        ring.remove(second);

        assertThat(ring.now()).containsExactly("a", "c");
    }

    @Test
    void isEmptyWhenAllHaveLeft() {
        assertThat(ring.isEmpty()).isTrue();
        Ring.Place<String> place = ring.add("a");
        assertThat(ring.isEmpty()).isFalse();
        ring.remove(place);
        assertThat(ring.isEmpty()).isTrue();
    }

    @Test
    void removesNothingElseWhenAThingLeavesTwice() {
        Ring.Place<String> place = ring.add("a");
        ring.remove(place);
        ring.add("b");
        ring.remove(place);

        assertThat(ring.now()).containsExactly("b");
    }

    @Test
    void tellsOfThoseThatWereThere() {
        Ring.Place<String> place = ring.add("a");
        var then = ring.now();
        ring.remove(place);

        assertThat(then).containsExactly("a");
    }
}

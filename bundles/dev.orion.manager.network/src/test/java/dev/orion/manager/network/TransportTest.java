// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {

    @Test
    void autoTakesTheFirstThatIsAvailable() {
        Transport expected =
                Transport.EPOLL.isAvailable()
                        ? Transport.EPOLL
                        : Transport.IO_URING.isAvailable() ? Transport.IO_URING : Transport.NIO;

        assertThat(Transport.choose("auto")).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isForcedByName(Transport transport) {
        assumeTrue(transport.isAvailable());

        assertThat(Transport.choose(transport.label())).isEqualTo(transport);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysInOneLineWhyItCannotBeForced(Transport transport) {
        assumeFalse(transport.isAvailable());

        assertThatThrownBy(() -> Transport.choose(transport.label()))
                .hasMessageStartingWith(
                        "transport: " + transport.label() + " cannot be used here: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesUnknownNames() {
        assertThatThrownBy(() -> Transport.choose("kqueue"))
                .hasMessage("transport: kqueue (expected: auto, epoll, io_uring or nio)");
    }
}

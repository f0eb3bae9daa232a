// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PerAddressTest {

    private final PerAddress addresses = new PerAddress();

    @Test
    void tellsAddressesOfIpv4Apart() {
        assertThat(key("192.0.2.1")).isEqualTo(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
        assertThat(key("::ffff:192.0.2.1")).isEqualTo(key("192.0.2.1")); // RFC 4291 §2.5.5.2
        assertThat(key("0.0.0.1")).isNotEqualTo(key("::1"));
        assertThat(key("255.255.255.255")).isNotEqualTo(key("::ffff:ffff:0:0:0:0"));
    }

    @Test
    void takesNetworksOfIpv6AsOne() {
        assertThat(key("2001:db8:1:2::1"))
                .isEqualTo(key("2001:db8:1:2:ffff::2"))
                .isNotEqualTo(key("2001:db8:1:3::1"));
    }

    @Test
    void knowsNothingOfAPeerWithoutAddress() {
        assertThat(PerAddress.key(null)).isEmpty();
        assertThat(PerAddress.key(InetSocketAddress.createUnresolved("nowhere.invalid", 1)))
                .isEmpty();
    }

    @Test
    void remembersOnlyWhoIsThere() {
        assertThat(addresses.enter(1, 1)).isTrue();
        assertThat(addresses.enter(1, 1)).isFalse();
        assertThat(addresses.enter(2, 1)).isTrue();
        assertThat(addresses.size()).isEqualTo(2);

        addresses.leave(1);
        assertThat(addresses.enter(1, 1)).isTrue();
        addresses.leave(1);
        addresses.leave(2);

        assertThat(addresses.size()).isZero();
    }

    @Test
    void countsOnManyThreads() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int each = 0; each < 4; each++) {
            threads.execute(
                    () -> {
                        for (int round = 0; round < 10_000; round++) {
                            if (addresses.enter(round % 3, 2)) {
                                addresses.leave(round % 3);
                            }
                        }
                    });
        }
        threads.shutdown();

        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(addresses.size()).isZero();
    }

    private static long key(String address) {
        return PerAddress.key(new InetSocketAddress(address, 1)).orElseThrow();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.access.ServerKeys;
import dev.orion.net.Endpoint;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SharedPackagesTest {

    private final SharedPackages shared =
            new SharedPackages(
                    "dev.orion.access;version=\"1.0.0\",dev.orion.net;version=\"1.1.0\"");

    @Test
    void exportsTheApiAndWhatBundlesLogBy() {
        assertThat(Clauses.split(shared.exports()))
                .contains(
                        "dev.orion.net;version=\"1.1.0\"",
                        "org.osgi.service.log;version=\"1.5\"",
                        "org.slf4j;version=\"1.7.36\"",
                        "org.slf4j;version=\"2.0.20\"");
    }

    @Test
    void bundlesSeeTypesOfTheApiAndOfTheJdk() {
        assertThat(shared.contains(Endpoint.class)).isTrue();
        assertThat(shared.contains(Supplier.class)).isTrue();
        assertThat(shared.contains(SharedPackagesTest.class)).isFalse();
    }

    @Test
    void aHostsOwnTypeIsFoundUnderTheApiTypesThatItExtends() {
        assertThat(shared.serviceNames(OwnKeys.class))
                .containsExactly("dev.orion.access.ServerKeys");
        assertThat(shared.serviceNames(Endpoint.class)).containsExactly("dev.orion.net.Endpoint");
    }

    @Test
    void refusesATypeThatNoBundleCouldFind() {
        assertThatThrownBy(() -> shared.serviceNames(SharedPackagesTest.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SharedPackagesTest (expected: a type of dev.orion.api");
    }

    private abstract static class Keys implements ServerKeys {}

    private static final class OwnKeys extends Keys {
        @Override
        public boolean opensApi(String candidate) {
            return false;
        }
    }
}

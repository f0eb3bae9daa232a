// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(osgi.wiring.package=a.b) | package a.b",
                "(&(osgi.wiring.package=a.b)(version>=1.2.0)) | package a.b 1.2.0 or higher",
                "(&(osgi.wiring.package=a.b)(version>=1.0.0)(!(version>=2.0.0)))"
                        + " | package a.b [1.0.0,2.0.0)",
                "(&(osgi.wiring.package=a.b)(version>=1.0.0)(version<=2.0.0))"
                        + " | package a.b [1.0.0,2.0.0]"
            })
    void readsAPackageFilterBackIntoTheWordsOfAManifest(String filter, String words) {
        assertThat(Reasons.describe("osgi.wiring.package", "[x] osgi.wiring.package; " + filter))
                .isEqualTo(words);
    }

    @Test
    void keepsTheFilterOfAnythingElse() {
        assertThat(Reasons.describe("osgi.ee", "[x] osgi.ee; (&(osgi.ee=JavaSE)(version=99))"))
                .isEqualTo("osgi.ee; (&(osgi.ee=JavaSE)(version=99))");
    }
}

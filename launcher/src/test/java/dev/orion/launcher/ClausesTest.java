// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClausesTest {

    @Test
    void commasInQuotesDoNotSeparate() {
        assertThat(Clauses.split("a;uses:=\"x,y\";version=\"1.0\", b;version='[1,2)'"))
                .containsExactly("a;uses:=\"x,y\";version=\"1.0\"", "b;version='[1,2)'");
    }

    @Test
    void nothingHasNoClauses() {
        assertThat(Clauses.split("")).isEmpty();
    }

    @Test
    void readsTheVersion() {
        assertThat(Clauses.version("a;uses:=\"x,y\";version=\"1.2\"")).isEqualTo("1.2");
        assertThat(Clauses.version("a")).isEqualTo("0.0.0");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DefencesTest {

    private final Defences defences = new Defences();

    @Test
    void countsByName() {
        defences.count("rapid-reset");
        defences.count("rapid-reset");
        defences.count("tls-failed");

        assertThat(defences.figures())
                .containsExactlyInAnyOrderEntriesOf(Map.of("rapid-reset", 2L, "tls-failed", 1L));
    }

    @Test
    void countsAsOneWhatIsBeyondItsNames() {
        for (int each = 0; each < Defences.MAX_NAMES + 5; each++) {
            defences.count("made-up-" + each);
        }
        defences.count("made-up-0");

        assertThat(defences.figures())
                .hasSize(Defences.MAX_NAMES + 1)
                .containsEntry("made-up-0", 2L)
                .containsEntry(Defences.OTHERS, 5L);
    }
}

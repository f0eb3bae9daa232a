// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is full, as MQTT clients see it: {@code prlimit} forbids the process of Orion to make
 * any file longer, and allows it again.
 */
class FullDiskIT {

    @TempDir Path home;

    @Test
    void refusesWhatItCannotKeepGoesOnAndLosesNothingThatWasAcknowledged() throws Exception {
        assumeTrue(Tool.isThere("prlimit"), "skipped: no prlimit on the PATH");
        Scripts.install();
        OrionProcess orion = OrionProcess.start(home);
        try {
            Scripts.passes("full-disk.test.mjs", environment(orion));

            orion.kill();
            orion = OrionProcess.start(home);

            Scripts.passes("after-full-disk.test.mjs", environment(orion));
            assertThat(orion.terminate()).as(orion.output()).isZero();
        } finally {
            orion.close();
        }
    }

    private Map<String, String> environment(OrionProcess orion) {
        return Map.of(
                "ORION_PID",
                Long.toString(orion.pid()),
                "ORION_MQTT",
                "127.0.0.1:" + orion.mqttPort(),
                "ORION_ACKNOWLEDGED",
                home.resolve("acknowledged.json").toString());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.configuration.Fault;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {

    @TempDir private Path home;

    private final Map<String, String> properties = new HashMap<>();

    @BeforeEach
    void makeHome() throws IOException {
        properties.put("orion.home", home.toString());
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/orion.json"), "{\"a\": {\"k\": 1, \"l\": 1}}");
    }

    @Test
    void readsTheFileOfTheHome() {
        assertThat(inputs().files()).containsExactly(home.resolve("conf/orion.json"));
        assertThat(inputs().read().sections()).extracting(Section::pid).containsExactly("a");
    }

    @Test
    void letsLaterSourcesWinKeyByKey() throws IOException {
        Path more = home.resolve("more.json");
        Files.writeString(more, "{\n\"a\": {\"k\": null, \"l\": 2, \"m\": 2}, \"b\": {}}");
        properties.put("orion.config", home.resolve("conf/orion.json") + File.pathSeparator + more);
        properties.put("orion.config.inline", "{\"a\": {\"m\": 3}}");
        properties.put("orion.set", "a:n=4\n");

        List<Section> merged = Merge.of(inputs().read().sections());

        assertThat(merged).extracting(Section::pid).containsExactly("a", "b");
        assertThat(merged.get(0).items()).containsOnlyKeys("l", "m", "n");
        assertThat(merged.get(0).items().get("l"))
                .isEqualTo(new Item("l", Form.NONE, new Item.Single(2), "more.json", 2));
        assertThat(merged.get(0).items().get("m").source()).isEqualTo("inline");
        assertThat(merged.get(0).items().get("n").source()).isEqualTo("--set a:n");
    }

    @Test
    void takesTheTextOfAHostInsteadOfAFile() {
        properties.put("orion.config.inline", "{\"b\": {}}");

        assertThat(inputs().files()).isEmpty();
        assertThat(inputs().read().sections()).extracting(Section::pid).containsExactly("b");
    }

    @Test
    void saysWhichFileCannotBeRead() throws IOException {
        Path binary = home.resolve("binary.json");
        Files.write(binary, new byte[] {'{', '\n', '\n', (byte) 0xFF, '}'});
        Path torn = home.resolve("torn.json");
        Files.write(torn, new byte[] {'{', '\n', (byte) 0xC3});
        properties.put(
                "orion.config",
                String.join(
                        File.pathSeparator,
                        home.resolve("none.json").toString(),
                        binary.toString(),
                        torn.toString()));

        assertThat(inputs().read().faults())
                .extracting(Fault::toString)
                .containsExactly(
                        "none.json: there is no such file",
                        "binary.json:3: not UTF-8",
                        "torn.json:2: not UTF-8");
    }

    private Inputs inputs() {
        return Inputs.of(properties::get);
    }
}

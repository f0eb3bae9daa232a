// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileServerKeysTest {

    @TempDir private Path home;

    @Test
    void opensWithTheConfiguredKeyAndMakesNoFile() {
        var keys = new FileServerKeys(home.resolve("conf"), "right", "admin");

        assertThat(keys.opensApi("right")).isTrue();
        assertThat(keys.opensApi("wrong")).isFalse();
        assertThat(keys.opensApi("righ")).isFalse();
        assertThat(keys.opensApi("")).isFalse();
        assertThat(home.resolve("conf")).doesNotExist();
    }

    @Test
    void makesKeysThatOnlyTheOwnerCanRead() throws IOException {
        Path file = home.resolve("conf/api.key");
        Path adminFile = home.resolve("conf/admin.key");

        var keys = new FileServerKeys(home.resolve("conf"), "", "");

        String key = Files.readString(file).strip();
        assertThat(Base64.getUrlDecoder().decode(key)).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(keys.opensApi(key)).isTrue();
        assertThat(keys.opensApi("")).isFalse();
        try (Stream<Path> files = Files.list(home.resolve("conf"))) {
            assertThat(files).containsExactlyInAnyOrder(file, adminFile);
        }
        String adminKey = Files.readString(adminFile).strip();
        assertThat(Base64.getUrlDecoder().decode(adminKey)).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(adminFile)))
                .isEqualTo("rw-------");
        assertThat(keys.opensAdmin(adminKey)).isTrue();
        assertThat(keys.opensAdmin("")).isFalse();
        assertThat(adminKey).isNotEqualTo(key);
    }

    @Test
    void keepsWhatTheTwoKeysOpenApart() {
        var keys = new FileServerKeys(home.resolve("conf"), "api", "admin");

        assertThat(keys.opensAdmin("admin")).isTrue();
        assertThat(keys.opensAdmin("api")).isFalse();
        assertThat(keys.opensApi("admin")).isFalse();
    }

    @Test
    void keepsTheKeyOfTheFirstStart() throws IOException {
        var first = new FileServerKeys(home.resolve("conf"), "", "");
        String key = Files.readString(home.resolve("conf/api.key")).strip();

        var second = new FileServerKeys(home.resolve("conf"), "", "");

        assertThat(first.opensApi(key)).isTrue();
        assertThat(second.opensApi(key)).isTrue();
    }

    @Test
    void replacesAnEmptyFile() throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.createFile(home.resolve("conf/api.key"));

        var keys = new FileServerKeys(home.resolve("conf"), "", "");

        assertThat(keys.opensApi(Files.readString(home.resolve("conf/api.key")).strip())).isTrue();
    }

    @Test
    void staysClosedWithoutAKey() throws IOException {
        Path blocked = Files.createFile(home.resolve("blocked"));

        var keys = new FileServerKeys(blocked, "", "");

        assertThat(keys.opensApi("")).isFalse();
        assertThat(keys.opensAdmin("")).isFalse();
    }

    @Test
    void noticesAKeyThatOthersCanRead() throws IOException {
        Path file = Files.writeString(home.resolve("api.key"), "key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(new KeyFile(file).isOpenToOthers()).isTrue();
    }
}

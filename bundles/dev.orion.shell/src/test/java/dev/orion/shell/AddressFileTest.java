// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressFileTest {

    @TempDir Path home;

    @Test
    void hasTheAddressAndTheTokenForItsOwnerOnly() throws Exception {
        Path file = AddressFile.write(home, "127.0.0.1:4711", "secret").path();

        assertThat(file).isEqualTo(home.resolve("data/shell.address"));
        assertThat(file).hasContent("127.0.0.1:4711\nsecret\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(home.resolve("data").toFile().list()).containsExactly("shell.address");
    }

    @Test
    void replacesWhatACrashLeftBehind() throws Exception {
        Path data = Files.createDirectories(home.resolve("data"));
        Files.writeString(data.resolve("shell.address"), "old");
        Path stranger = Files.writeString(home.resolve("stranger"), "untouched");
        Files.createSymbolicLink(data.resolve("shell.address.new"), stranger);

        Path file = AddressFile.write(home, "127.0.0.1:4711", "secret").path();

        assertThat(file).hasContent("127.0.0.1:4711\nsecret\n");
        assertThat(stranger).hasContent("untouched");
    }

    @Test
    void isDeletedWithItsServerButNotAfterAnotherHasTakenItsPlace() throws Exception {
        AddressFile first = AddressFile.write(home, "127.0.0.1:1", "one");
        AddressFile second = AddressFile.write(home, "127.0.0.1:2", "two");

        first.delete();
        assertThat(second.path()).exists();

        second.delete();
        second.delete();
        assertThat(second.path()).doesNotExist();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredJarTest {

    @TempDir Path folder;

    @Test
    void keepsEntriesTheirOrderAndTheirContent() throws IOException {
        Path source = jar("META-INF/", "", "META-INF/MANIFEST.MF", "text ".repeat(100), "a", "b");
        Path copy = folder.resolve("copy.jar");

        StoredJar.copy(source, copy);

        try (var jar = new ZipFile(copy.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(jar.entries());
            assertThat(entries)
                    .extracting(ZipEntry::getName)
                    .containsExactly("META-INF/", "META-INF/MANIFEST.MF", "a");
            assertThat(entries).extracting(ZipEntry::getMethod).containsOnly(ZipEntry.STORED);
            assertThat(jar.getInputStream(entries.get(1)).readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("text ".repeat(100));
        }
    }

    @Test
    void givesTheSameBytesEveryTime() throws IOException {
        Path source = jar("a", "content", "b", "more");
        Path one = folder.resolve("one.jar");
        Path other = folder.resolve("other.jar");

        StoredJar.copy(source, one);
        StoredJar.copy(source, other);

        assertThat(one).hasSameBinaryContentAs(other);
    }

    private Path jar(String... namesAndContents) throws IOException {
        Path jar = folder.resolve("source.jar");
        try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                out.putNextEntry(new ZipEntry(namesAndContents[i]));
                out.write(namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return jar;
    }
}

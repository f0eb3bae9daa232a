// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFileTest {

    private static final LocalDate DAY = LocalDate.of(2025, 6, 1);

    private final LocalDate today = LocalDate.now(ZoneId.systemDefault());

    @TempDir private Path directory;

    @Test
    void beginsANewFileWhenOneIsFull() throws IOException {
        try (var file = new JsonFile(directory, 10, 100)) {
            append(file, "12345\n", DAY);
            append(file, "67890\n", DAY);
        }

        assertThat(names()).containsExactly("orion-2025-06-01.001.jsonl", "orion.jsonl");
        assertThat(directory.resolve("orion.jsonl")).hasContent("67890\n");
    }

    @Test
    void beginsANewFileWithANewDay() throws IOException {
        try (var file = new JsonFile(directory, 1_000, 10_000)) {
            append(file, "old\n", DAY);
            append(file, "new\n", DAY.plusDays(1));
            append(file, "late\n", DAY);
        }

        assertThat(directory.resolve("orion-2025-06-01.001.jsonl")).hasContent("old\n");
        assertThat(directory.resolve("orion.jsonl")).hasContent("new\nlate\n");
    }

    @Test
    void removesTheOldestWhenAllTogetherAreTooMuch() throws IOException {
        try (var file = new JsonFile(directory, 10, 30)) {
            for (int i = 0; i < 20; i++) {
                append(file, "line " + i % 10 + "\n", DAY.plusDays(i / 10));
            }
        }

        assertThat(names())
                .containsExactly(
                        "orion-2025-06-02.008.jsonl", "orion-2025-06-02.009.jsonl", "orion.jsonl");
    }

    @Test
    void goesOnWhereTheLastProcessEnded() throws IOException {
        try (var file = new JsonFile(directory, 1_000, 10_000)) {
            append(file, "one\n", today);
        }
        Files.writeString(directory.resolve("orion.jsonl"), "one\nhal");

        try (var file = new JsonFile(directory, 1_000, 10_000)) {
            append(file, "two\n", today);
        }

        assertThat(directory.resolve("orion.jsonl")).hasContent("one\nhal\ntwo\n");
    }

    @Test
    void saysWhenItCannotWrite() throws IOException {
        Path blocked = Files.createFile(directory.resolve("blocked"));
        try (var file = new JsonFile(blocked, 10, 100)) {
            assertThatIOException().isThrownBy(() -> append(file, "x\n", DAY));
        }
    }

    private static void append(JsonFile file, String line, LocalDate day) throws IOException {
        file.append(line.getBytes(UTF_8), day);
        file.flush();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

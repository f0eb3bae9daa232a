// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code orion.jsonl}, moved aside to {@code orion-DAY.NUMBER.jsonl} when it is full or its day is
 * over; the oldest of those go when all together take too much.
 *
 * <p><b>Threads:</b> one.
 */
final class JsonFile implements AutoCloseable {

    static final String NAME = "orion.jsonl";

    private static final Pattern OLD =
            Pattern.compile("orion-[0-9]{4}-[0-9]{2}-[0-9]{2}\\.[0-9]{3,8}\\.jsonl");
    private static final int NUMBER_AT = "orion-2025-06-01.".length();

    private final Path directory;
    private final Path current;
    private final long fileBytes;
    private final long totalBytes;

    private OutputStream out; // null while closed
    private long size;
    private LocalDate day;

    JsonFile(Path directory, long fileBytes, long totalBytes) {
        this.directory = directory;
        this.current = directory.resolve(NAME);
        this.fileBytes = fileBytes;
        this.totalBytes = totalBytes;
    }

    /**
     * Appends one line; {@link #flush} makes it visible.
     *
     * @param today decides, with the size, whether a new file is begun
     */
    void append(byte[] line, LocalDate today) throws IOException {
        if (out == null) {
            open(today);
        }
        if (size > 0 && (size + line.length > fileBytes || today.isAfter(day))) {
            close();
            moveAside();
            removeOldest();
            open(today);
        }
        out.write(line);
        size += line.length;
    }

    void flush() throws IOException {
        if (out != null) {
            out.flush();
        }
    }

    private void open(LocalDate today) throws IOException {
        Files.createDirectories(directory);
        size = Files.exists(current) ? Files.size(current) : 0;
        day = size == 0 ? today : lastWritten();
        boolean torn = size > 0 && !endsWithLineBreak();
        out =
                new BufferedOutputStream(
                        Files.newOutputStream(
                                current, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        if (torn) { // a process that was killed may have left half a line
            out.write('\n');
            size++;
        }
    }

    private LocalDate lastWritten() throws IOException {
        return LocalDate.ofInstant(
                Files.getLastModifiedTime(current).toInstant(), ZoneId.systemDefault());
    }

    private boolean endsWithLineBreak() throws IOException {
        try (var file = new RandomAccessFile(current.toFile(), "r")) {
            file.seek(size - 1);
            return file.read() == '\n';
        }
    }

    private void moveAside() throws IOException {
        String prefix = "orion-" + day + ".";
        int number = 0; // the highest taken, so that numbers tell the order after removals too
        for (Path file : oldFiles()) {
            String name = file.getFileName().toString();
            if (name.startsWith(prefix)) {
                number = Math.max(number, numberOf(name));
            }
        }
        Files.move(current, directory.resolve("%s%03d.jsonl".formatted(prefix, number + 1)));
    }

    private static int numberOf(String name) {
        return Integer.parseInt(name.substring(NUMBER_AT, name.indexOf('.', NUMBER_AT)));
    }

    private void removeOldest() throws IOException {
        List<Path> old = oldFiles();
        long total = fileBytes;
        for (Path file : old) {
            total += Files.size(file);
        }
        for (Path file : old) {
            if (total <= totalBytes) {
                return;
            }
            total -= Files.size(file);
            Files.delete(file);
        }
    }

    /** Oldest first; files with other names are not ours. */
    private List<Path> oldFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> OLD.matcher(file.getFileName().toString()).matches())
                    .sorted(
                            Comparator.comparing(JsonFile::dayOf)
                                    .thenComparingInt(
                                            file -> numberOf(file.getFileName().toString())))
                    .toList();
        }
    }

    private static String dayOf(Path file) {
        return file.getFileName().toString().substring("orion-".length(), NUMBER_AT - 1);
    }

    @Override
    public void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException broken) {
                // The next append opens anew and says what is wrong, if it still is.
                size = 0;
            } finally {
                out = null;
            }
        }
    }
}

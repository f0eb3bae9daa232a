// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What Linux tells about a process under {@code /proc}. */
final class ProcessStats {

    private final Path proc;
    private final Map<String, Long> nanosOfThread = new HashMap<>();

    ProcessStats(long pid) {
        proc = Path.of("/proc", Long.toString(pid));
    }

    /**
     * The processor time of all threads since the process began, in nanoseconds, as the scheduler
     * counts it. A thread that has ended keeps what it was last seen with.
     */
    long cpuNanos() {
        try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
            threads.forEach(this::look);
        } catch (IOException gone) {
            throw new BenchException("the server has ended", gone);
        }
        return nanosOfThread.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The memory that the process has in RAM, in bytes. */
    long residentBytes() {
        return kilobytes(lines("status"), "VmRSS:") * 1024;
    }

    /** How many files and sockets the process may have open. */
    long maxOpenFiles() {
        return lines("limits").stream()
                .filter(line -> line.startsWith("Max open files"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[3]))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    /** The command line. */
    List<String> arguments() {
        try {
            return List.of(Files.readString(proc.resolve("cmdline")).split("\0"));
        } catch (IOException gone) {
            throw new BenchException("the server has ended", gone);
        }
    }

    /** By what the process waits for its sockets. */
    Transport transport() {
        if (opened("anon_inode:[io_uring]")) {
            return Transport.IO_URING;
        }
        boolean nativeEpoll =
                lines("maps").stream()
                        .anyMatch(line -> line.contains("netty_transport_native_epoll"));
        return nativeEpoll ? Transport.EPOLL : Transport.NIO;
    }

    private void look(Path thread) {
        try {
            String[] times = Files.readString(thread.resolve("schedstat")).split(" ");
            nanosOfThread.put(thread.getFileName().toString(), Long.parseLong(times[0]));
        } catch (NoSuchFileException ended) {
            // It keeps what it was last seen with.
            assert ended != null;
        } catch (IOException unreadable) {
            // ESRCH: it ended between the two steps of reading.
            assert unreadable != null;
        }
    }

    private boolean opened(String kind) {
        try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
            return files.anyMatch(file -> target(file).contains(kind));
        } catch (IOException gone) {
            throw new BenchException("the server has ended", gone);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(proc.resolve(file));
        } catch (IOException gone) {
            throw new BenchException("the server has ended", gone);
        }
    }

    private static long kilobytes(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new BenchException("no " + key + " in /proc"));
    }
}

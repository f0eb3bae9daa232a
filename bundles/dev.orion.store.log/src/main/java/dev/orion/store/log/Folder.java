// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The folder of a store, which one process at a time uses and only its owner can read.
 *
 * <p><b>Ends:</b> {@link #close} gives up the lock; the folder stays.
 */
final class Folder implements AutoCloseable {

    /** How files are opened; tests put full disks here. */
    interface Opener {

        FileChannel open(Path file, OpenOption... options) throws IOException;
    }

    private static final Pattern SEGMENT = Pattern.compile("[0-9]{10}\\.segment");

    private final Path path;
    private final Opener opener;
    private final FileChannel lockFile;

    private Folder(Path path, Opener opener, FileChannel lockFile) {
        this.path = path;
        this.opener = opener;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder where there is none, and locks it.
     *
     * @throws StoreException when it cannot be used, or is being used
     */
    static Folder open(Path path, Opener opener) {
        try {
            if (Files.notExists(path)) {
                make(path);
            }
            return new Folder(path, opener, lock(path));
        } catch (IOException unusable) {
            throw Faults.of("store " + path, unusable);
        }
    }

    private static void make(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            var ownerOnly = PosixFilePermissions.fromString("rwx------");
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(ownerOnly));
        } else {
            Files.createDirectory(path);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(
                        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            // reported below
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        if (lock == null) {
            throw new StoreException(
                    StoreException.Reason.BROKEN, "store " + path + ": in use by another process");
        }
        return file;
    }

    /** Numbers of the segments that are there, in their order. */
    List<Integer> segments() throws IOException {
        try (var files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> SEGMENT.matcher(name).matches())
                    .map(name -> Integer.valueOf(name.substring(0, 10)))
                    .sorted()
                    .toList();
        }
    }

    Path file(int segment) {
        return path.resolve(String.format("%010d.segment", segment));
    }

    FileChannel channel(int segment, OpenOption... options) throws IOException {
        return opener.open(file(segment), options);
    }

    /** Makes names of files that came or went outlive the machine, where it can do that. */
    void sync() throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            try (var directory = FileChannel.open(path, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The folder that one running Orion keeps everything in, and holds locked.
 *
 * <p><b>Ends:</b> {@link #close} gives up the lock; the folder stays.
 */
final class Home implements AutoCloseable {

    private static final List<String> FOLDERS = List.of("conf", "deploy", "data", "log");
    private static final String CONFIGURATION = "conf/orion.json";

    private final Path path;
    private final FileChannel lockFile;

    private Home(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes what is missing of the home and locks it.
     *
     * @throws StartException when it cannot be used, or is being used
     */
    static Home open(Path path) {
        Path home = path.toAbsolutePath().normalize();
        try {
            for (String folder : FOLDERS) {
                Files.createDirectories(home.resolve(folder));
            }
            return new Home(home, lock(home));
        } catch (IOException unusable) {
            throw new StartException("home " + home + ": " + reason(unusable), unusable);
        }
    }

    private static FileChannel lock(Path home) throws IOException {
        FileChannel file =
                FileChannel.open(
                        home.resolve("data/lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
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
            throw new StartException("home " + home + ": in use by another Orion");
        }
        return file;
    }

    /** Gives a home that has no configuration the default one. */
    void copyDefaultConfiguration() throws IOException {
        Path file = path.resolve(CONFIGURATION);
        if (Files.notExists(file)) {
            try (InputStream content = defaultConfiguration()) {
                Files.copy(content, file);
            }
        }
    }

    private static InputStream defaultConfiguration() throws IOException {
        InputStream content = Home.class.getResourceAsStream("/orion/conf/orion.json");
        if (content == null) {
            throw new NoSuchFileException("the launcher's own " + CONFIGURATION);
        }
        return content;
    }

    /** The configuration that a new home gets. */
    static String defaultConfigurationText() throws IOException {
        try (InputStream content = defaultConfiguration()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException denied) {
            return "no permission for " + denied.getFile();
        }
        if (failure instanceof FileSystemException in && in.getReason() == null) {
            return in.getFile() + ": " + in.getClass().getSimpleName();
        }
        return failure.getMessage();
    }

    Path path() {
        return path;
    }

    /** Where the framework keeps its bundles between starts. */
    Path framework() {
        return path.resolve("data/framework");
    }

    /** Where the configuration admin keeps what it is told; of no use to the next start. */
    Path configurations() {
        return path.resolve("data/config");
    }

    /** Where plug-ins are dropped. */
    Path deploy() {
        return path.resolve("deploy");
    }

    /** Where File Install unpacks. */
    Path temporary() {
        return path.resolve("data/fileinstall");
    }

    Path log() {
        return path.resolve("log");
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException alreadyGone) {
            // The lock ends with the process at the latest.
        }
    }
}

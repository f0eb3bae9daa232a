// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** A key in a file that only its owner can read. */
final class KeyFile {

    private static final int KEY_BYTES = 32;
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path file;

    KeyFile(Path file) {
        this.file = file;
    }

    /** The key of the file; makes both where there is none. */
    String read() throws IOException {
        try {
            String key = Files.readString(file).strip();
            if (!key.isEmpty()) {
                return key;
            }
        } catch (NoSuchFileException none) {
            // made below, as for an empty one
        }
        return make();
    }

    /** Whether others than the owner may read the file. */
    boolean isOpenToOthers() throws IOException {
        return POSIX
                && Files.getPosixFilePermissions(file).stream()
                        .anyMatch(
                                permission ->
                                        permission != PosixFilePermission.OWNER_READ
                                                && permission != PosixFilePermission.OWNER_WRITE
                                                && permission != PosixFilePermission.OWNER_EXECUTE);
    }

    /** Written beside its place and moved there, so it is whole and private from the beginning. */
    private String make() throws IOException {
        var bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        String key = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh); // of a process that was killed
        write(fresh, key + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return key;
    }

    private static void write(Path path, String text) throws IOException {
        FileAttribute<?>[] ownerOnly =
                POSIX
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel out = Files.newByteChannel(path, options, ownerOnly)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code data/shell.address}: where commands are accepted and the token to show, a line each.
 *
 * <p>Only its owner can read it, from the moment it exists, and it appears complete or not at all.
 */
final class AddressFile {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.shell");

    private final Path path;
    private final String content;

    private AddressFile(Path path, String content) {
        this.path = path;
        this.content = content;
    }

    static AddressFile write(Path home, String address, String token) throws IOException {
        Path folder = home.resolve("data");
        Files.createDirectories(folder);
        var file = new AddressFile(folder.resolve("shell.address"), address + "\n" + token + "\n");
        Path next = folder.resolve("shell.address.new");
        Files.deleteIfExists(next);
        Files.createFile(next, ownerOnly());
        Files.writeString(next, file.content, StandardCharsets.US_ASCII);
        Files.move(
                next,
                file.path,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        return file;
    }

    Path path() {
        return path;
    }

    /** Removes it, unless another process has put its own there. */
    void delete() {
        try {
            if (Files.exists(path) && Files.readString(path).equals(content)) {
                Files.delete(path);
            }
        } catch (IOException leftBehind) {
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .addKeyValue("reason", leftBehind.toString())
                    .log("Shell address file not removed");
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0]; // the home directory's own access list applies
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A jar with its entries as they are, not compressed.
 *
 * <p>The framework reads every class of a bundle at every start, so what is saved is the time to
 * inflate them. The launcher's jar, which holds the bundles, is compressed as a whole.
 */
final class StoredJar {

    private StoredJar() {}

    /** Copies a jar; the order, the times and the content of its entries stay. */
    static void copy(Path source, Path target) throws IOException {
        try (var jar = new ZipFile(source.toFile());
                var out =
                        new ZipOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(target)))) {
            out.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : Collections.list(jar.entries())) {
                out.putNextEntry(stored(entry));
                try (var content = jar.getInputStream(entry)) {
                    content.transferTo(out);
                }
                out.closeEntry();
            }
        }
    }

    private static ZipEntry stored(ZipEntry entry) {
        var stored = new ZipEntry(entry.getName());
        stored.setTimeLocal(entry.getTimeLocal());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(Math.max(0, entry.getSize()));
        stored.setCrc(Math.max(0, entry.getCrc()));
        return stored;
    }
}

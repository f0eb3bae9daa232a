// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where {@link StaticFiles} takes files from, by name.
 *
 * <p><b>Threads:</b> an event loop, once for each file that is asked for: what is slow does not
 * belong here.
 */
@ConsumerType
public interface FileSource {

    /**
     * Reads a file.
     *
     * @param name such as {@code index.html} or {@code js/app.js}: relative, with no empty segment
     *     and none that begins with a dot
     * @return its bytes, which are not changed from now on; empty when there is no such file
     */
    Optional<byte[]> read(String name);

    /**
     * The resources in a folder of a bundle's jar.
     *
     * @param owner a class of that bundle
     * @param folder absolute, as in {@code /web}
     */
    static FileSource resources(Class<?> owner, String folder) {
        requireNonNull(owner, "owner");
        if (!folder.startsWith("/") || folder.endsWith("/")) {
            throw new IllegalArgumentException("folder: " + folder + " (expected: as in /web)");
        }
        return name -> {
            try (InputStream in = owner.getResourceAsStream(folder + "/" + name)) {
                return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
            } catch (IOException unreadable) {
                return Optional.empty();
            }
        };
    }
}

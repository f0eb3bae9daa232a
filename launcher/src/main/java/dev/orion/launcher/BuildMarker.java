// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * Run by the build: leaves the file by which {@code ./orion} tells whether what was built is older
 * than its sources. It is as old as the beginning of the build, so that what is changed meanwhile
 * counts as newer.
 */
public final class BuildMarker {

    private BuildMarker() {}

    /** Takes the file and when the build began. */
    public static void main(String[] arguments) throws IOException {
        Path marker = Path.of(arguments[0]);
        Files.writeString(marker, arguments[1] + System.lineSeparator());
        Files.setLastModifiedTime(marker, FileTime.from(Instant.parse(arguments[1])));
    }
}

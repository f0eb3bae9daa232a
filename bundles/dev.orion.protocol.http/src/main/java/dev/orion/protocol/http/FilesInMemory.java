// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.FileSource;
import dev.orion.http.HttpService;
import dev.orion.http.StaticFiles;
import java.time.Instant;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Static files, which are kept in memory once they have been asked for. */
@Component
public final class FilesInMemory implements StaticFiles {

    @Activate
    public FilesInMemory() {}

    @Override
    public HttpService at(String path, FileSource files) {
        return new FilesBelow(path, files, Instant.now());
    }
}

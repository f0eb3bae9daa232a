// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.osgi.service.component.annotations.ReferenceCardinality.OPTIONAL;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.http.ContentEncoder;
import dev.orion.http.FileSource;
import dev.orion.http.HttpService;
import dev.orion.http.StaticFiles;
import java.time.Instant;
import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Static files, which are kept in memory once they have been asked for. */
@Component
public final class FilesInMemory implements StaticFiles {

    private final Brotli brotli = new Brotli(() -> this.encoder);

    /** Whoever makes br, not got yet; null where there is nobody. */
    @Reference(
            service = ContentEncoder.class,
            target = "(encodes=br)",
            cardinality = OPTIONAL,
            policy = DYNAMIC,
            policyOption = GREEDY)
    private volatile ComponentServiceObjects<ContentEncoder> encoder;

    @Activate
    public FilesInMemory() {}

    FilesInMemory(ComponentServiceObjects<ContentEncoder> encoder) { // for tests
        this.encoder = encoder;
    }

    @Override
    public HttpService at(String path, FileSource files) {
        return new FilesBelow(path, files, Instant.now(), brotli);
    }
}

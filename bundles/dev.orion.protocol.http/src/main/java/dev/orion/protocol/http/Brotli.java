// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.ContentEncoder;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.service.component.ComponentServiceObjects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coding {@code br} (RFC 7932), as long as there is somebody who makes it.
 *
 * <p>Whoever makes it is got when it is asked for first: until then nothing of it is loaded.
 *
 * <p><b>Threads:</b> any.
 */
final class Brotli {

    static final String CODING = "br";

    private static final Logger log = LoggerFactory.getLogger("dev.orion.protocol.http");

    private final Supplier<ComponentServiceObjects<ContentEncoder>> source;
    private volatile Found found = new Found(null, Optional.empty());

    /**
     * @param source what there is now, null where there is nothing
     */
    Brotli(Supplier<ComponentServiceObjects<ContentEncoder>> source) {
        this.source = source;
    }

    /** Encodes content; empty where nobody can do that now. */
    Optional<byte[]> encode(byte[] content) {
        Found now = find();
        try {
            return now.encoder().flatMap(encoder -> encoder.encode(content));
        } catch (RuntimeException | LinkageError broken) {
            found = new Found(now.objects(), Optional.empty()); // until another one comes
            log.atWarn()
                    .addKeyValue("coding", CODING)
                    .setCause(broken)
                    .log("content encoder failed, not asked again");
            return Optional.empty();
        }
    }

    private Found find() {
        ComponentServiceObjects<ContentEncoder> objects = source.get();
        Found known = found;
        if (known.objects() != objects) {
            known = new Found(objects, get(objects));
            found = known;
        }
        return known;
    }

    /** It is given back by Declarative Services when it goes or is replaced. */
    private static Optional<ContentEncoder> get(ComponentServiceObjects<ContentEncoder> objects) {
        try {
            return objects == null ? Optional.empty() : Optional.ofNullable(objects.getService());
        } catch (IllegalStateException inactive) { // who asks is going himself
            return Optional.empty();
        }
    }

    /** Who was found in what. */
    private record Found(
            ComponentServiceObjects<ContentEncoder> objects, Optional<ContentEncoder> encoder) {}
}

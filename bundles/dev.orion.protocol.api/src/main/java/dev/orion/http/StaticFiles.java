// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Serves files that do not change as RFC 9110 has it: conditional requests (§13), ranges (§14), and
 * compressed where that is asked for (§12.5.3).
 *
 * <p>A plug-in registers an {@link HttpService} of its own with its path, and has it pass exchanges
 * on:
 *
 * <pre>{@code
 * @Component
 * @HttpPath(path = {"/console", "/console/*"})
 * public final class Console implements HttpService {
 *
 *     private final HttpService files;
 *
 *     @Activate
 *     public Console(@Reference StaticFiles statics) {
 *         files = statics.at("/console", FileSource.resources(Console.class, "/web"));
 *     }
 *
 *     @Override
 *     public void serve(HttpExchange exchange) {
 *         files.serve(exchange);
 *     }
 * }
 * }</pre>
 */
@ProviderType
public interface StaticFiles {

    /**
     * What answers the exchanges below a path. A folder is answered with its {@code index.html}.
     *
     * <p>Files are read when they are asked for first, and kept. A file {@code NAME.br} or {@code
     * NAME.gz} beside {@code NAME} is what is sent to who takes that coding; where there is none,
     * one is made of text that gets smaller by it, of br where there is a {@link ContentEncoder}.
     *
     * @param path what the names of files follow, without a slash at its end; empty for the root
     */
    HttpService at(String path, FileSource files);
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the end of a path says about a file. */
final class FileName {

    private static final String UTF_8 = "; charset=utf-8";

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html" + UTF_8),
                    Map.entry("css", "text/css" + UTF_8),
                    Map.entry("js", "text/javascript" + UTF_8),
                    Map.entry("mjs", "text/javascript" + UTF_8),
                    Map.entry("txt", "text/plain" + UTF_8),
                    Map.entry("md", "text/markdown" + UTF_8),
                    Map.entry("csv", "text/csv" + UTF_8),
                    Map.entry("json", "application/json"),
                    Map.entry("map", "application/json"),
                    Map.entry("webmanifest", "application/manifest+json"),
                    Map.entry("xml", "application/xml"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("avif", "image/avif"),
                    Map.entry("ico", "image/vnd.microsoft.icon"),
                    Map.entry("woff", "font/woff"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("wasm", "application/wasm"),
                    Map.entry("pdf", "application/pdf"),
                    Map.entry("mp4", "video/mp4"),
                    Map.entry("zip", "application/zip"));

    private FileName() {}

    /**
     * The name of a file below a path; empty where there can be none: nothing leads out of the
     * folder, and what begins with a dot is nobody's business.
     *
     * @param path of the request, percent-decoded
     */
    static Optional<String> below(String base, String path) {
        if (path.equals(base)) {
            return Optional.of("index.html");
        }
        if (!path.startsWith(base + "/")) {
            return Optional.empty();
        }
        String name = path.substring(base.length() + 1);
        if (name.isEmpty() || name.endsWith("/")) {
            name += "index.html";
        }
        for (String segment : name.split("/", -1)) {
            if (segment.isEmpty() || segment.startsWith(".") || segment.indexOf('\\') >= 0) {
                return Optional.empty();
            }
        }
        return name.indexOf('\0') < 0 ? Optional.of(name) : Optional.empty();
    }

    /** The media type by the extension. */
    static String type(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(extension, "application/octet-stream");
    }

    /** Whether files of a media type get shorter when they are compressed. */
    static boolean isCompressible(String type) {
        return type.startsWith("text/")
                || type.endsWith("json")
                || type.endsWith("xml")
                || type.equals("application/wasm");
    }
}

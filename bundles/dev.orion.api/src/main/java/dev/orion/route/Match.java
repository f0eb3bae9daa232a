// SPDX-License-Identifier: Apache-2.0
package dev.orion.route;

/** Which connections, calls or datagrams go along a route. */
public sealed interface Match {

    /** As the scheme of a listener says without regard to TLS: {@code tcp}. */
    String protocol();

    /**
     * Reads {@code tcp::7100} or {@code grpc:/package.Service/*}.
     *
     * @throws IllegalArgumentException when {@code text} has another form
     */
    static Match parse(String text) {
        return MatchForm.parse(text);
    }

    /**
     * What arrives at a listener.
     *
     * @param port 1 to 65535
     */
    record AtPort(String protocol, int port) implements Match {

        public AtPort {
            MatchForm.checkProtocol(protocol);
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
            }
        }

        @Override
        public String toString() {
            return protocol + "::" + port;
        }
    }

    /**
     * What is asked for at a path.
     *
     * @param path begins with a slash; with {@code /*} at its end it means all below it
     */
    record AtPath(String protocol, String path) implements Match {

        public AtPath {
            MatchForm.checkProtocol(protocol);
            MatchForm.checkPath(path);
        }

        /** Whether it means all paths that begin with {@link #prefix}. */
        public boolean isPrefix() {
            return path.endsWith("/*");
        }

        /** The path without the star. */
        public String prefix() {
            return isPrefix() ? path.substring(0, path.length() - 1) : path;
        }

        @Override
        public String toString() {
            return protocol + ":" + path;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What servers have in common, so that the comparison is fair: Orion is started first, and shows
 * it.
 *
 * <p><b>Threads:</b> one.
 */
final class Jvm {

    /** Memory and its collector, what Netty watches. */
    private static final Pattern COMMON =
            Pattern.compile(
                    "-Xm[xsn].*|-Xss.*|-XX:[+-]Use\\w*GC|-XX:(Max|Min|Initial|Soft)\\w+=.*"
                        + "|-XX:G1\\w+=.*|-XX:[+-]UseCompactObjectHeaders|-XX:TieredStopAtLevel=.*|-Dio[.]netty[.].*");

    private String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private List<String> flags = List.of();
    private Transport transport = Transport.best();

    void learn(ServerProcess server) {
        java = server.program();
        flags =
                server.stats().arguments().stream()
                        .filter(argument -> COMMON.matcher(argument).matches())
                        .toList();
        transport = server.stats().transport();
    }

    String java() {
        return java;
    }

    List<String> flags() {
        return flags;
    }

    Transport transport() {
        return transport;
    }
}

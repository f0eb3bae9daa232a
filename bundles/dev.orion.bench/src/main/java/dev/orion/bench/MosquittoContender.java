// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Mosquitto as its Debian package installs it, without a file of messages, and without limits. */
final class MosquittoContender implements Contender {

    /** A queue without end, so that it drops as little as Orion does. */
    private static final String CONFIGURATION =
            """
            listener %d 127.0.0.1
            allow_anonymous true
            persistence false
            max_queued_messages 0
            log_dest stderr
            """;

    /** Its standard output would be buffered, and tell nothing. */
    private static final String COMMAND = "exec \"$0\" -c \"$1\" 2>&1";

    private final Options options;

    MosquittoContender(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "mosquitto";
    }

    @Override
    public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
        Path program =
                Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElseThrow(() -> new BenchException("mosquitto is not installed"));
        try {
            int port = ServerProcess.freePort();
            Path file = options.work().resolve("bench-mosquitto.conf");
            Files.writeString(file, CONFIGURATION.formatted(port));
            return ServerProcess.start(
                    List.of("/bin/sh", "-c", COMMAND, program.toString(), file.toString()),
                    port,
                    options.work().resolve("bench-mosquitto.log"));
        } catch (IOException unwritable) {
            throw new BenchException(unwritable.getMessage(), unwritable);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A program as its Debian package installs it, in one process so that its processor time is told
 * whole: nginx without a master, haproxy with two threads, mosquitto.
 *
 * <p>What it is told stands in a resource named after it and the endpoint, where {@code {port}} and
 * its like are filled in.
 */
final class DebianContender implements Contender {

    /** The option before the configuration's file. */
    private static final Map<String, String> OPTIONS =
            Map.of("nginx", "-c", "haproxy", "-f", "mosquitto", "-c");

    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/local/sbin");

    private final String name;
    private final Options options;
    private final BackEnds backEnds;

    DebianContender(String name, Options options, BackEnds backEnds) {
        this.name = name;
        this.options = options;
        this.backEnds = backEnds;
    }

    /** Whether there is such a program. */
    static boolean knows(String name) {
        return OPTIONS.containsKey(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
        String configuration = configuration(endpoint);
        Path program = program();
        Path work = options.work().toAbsolutePath();
        try {
            int port = ServerProcess.freePort();
            Path file = work.resolve("bench-" + name + ".conf");
            Files.writeString(file, filledIn(configuration, work, port));
            return ServerProcess.startListening(
                    List.of(program.toString(), OPTIONS.get(name), file.toString()),
                    port,
                    work.resolve("bench-" + name + ".log"));
        } catch (IOException unwritable) {
            throw new BenchException(unwritable.getMessage(), unwritable);
        }
    }

    private String configuration(Wire.Endpoint endpoint) {
        String resource = name + "-" + endpoint.name().toLowerCase(Locale.ROOT) + ".conf";
        try (InputStream found = DebianContender.class.getResourceAsStream(resource)) {
            if (found == null) {
                throw new BenchException(name + " is not compared over " + endpoint);
            }
            return new String(found.readAllBytes(), UTF_8);
        } catch (IOException unreadable) {
            throw new BenchException(unreadable.getMessage(), unreadable);
        }
    }

    private Path program() {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new BenchException(name + " is not installed"));
    }

    private String filledIn(String configuration, Path work, int port) {
        Map<String, Supplier<Object>> places =
                Map.of(
                        "{port}", () -> port,
                        "{folder}", () -> work,
                        "{connections}", () -> backEnds.connections().port(),
                        "{calls}", () -> backEnds.calls().getAsInt(),
                        "{certificate}", () -> Certificate.in(work).file(),
                        "{key}", () -> Certificate.in(work).key(),
                        "{text}", () -> "x".repeat(Commands.PAYLOAD_BYTES));
        String text = configuration;
        for (Map.Entry<String, Supplier<Object>> place : places.entrySet()) {
            if (text.contains(place.getKey())) { // what is not asked for need not be there
                text = text.replace(place.getKey(), place.getValue().get().toString());
            }
        }
        return text;
    }
}

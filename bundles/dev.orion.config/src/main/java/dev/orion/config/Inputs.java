// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import dev.orion.configuration.Fault;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where the configuration comes from, in the order in which it counts: files, a text that a host
 * gives, the command line.
 *
 * @param home what the names of files in reports are relative to
 */
record Inputs(Path home, List<Path> files, Optional<String> inline, String overrides) {

    static final String HOME = "orion.home";
    static final String FILES = "orion.config";
    static final String INLINE = "orion.config.inline";
    static final String SET = "orion.set";

    private static final long MAX_FILE_BYTES = 16_000_000;

    Inputs {
        files = List.copyOf(files);
    }

    /** What the framework's properties say; {@code conf/orion.json} where they say nothing. */
    static Inputs of(Function<String, String> property) {
        Path home = Path.of(text(property, HOME).orElse("orion-home")).toAbsolutePath().normalize();
        Optional<String> inline = Optional.ofNullable(property.apply(INLINE));
        var files = new ArrayList<Path>();
        Optional<String> named = text(property, FILES);
        for (String file : named.orElse("").split(File.pathSeparator)) {
            if (!file.isBlank()) {
                files.add(Path.of(file).toAbsolutePath().normalize());
            }
        }
        if (named.isEmpty() && inline.isEmpty()) {
            files.add(home.resolve("conf").resolve("orion.json"));
        }
        return new Inputs(home, files, inline, text(property, SET).orElse(""));
    }

    private static Optional<String> text(Function<String, String> property, String name) {
        return Optional.ofNullable(property.apply(name)).filter(value -> !value.isBlank());
    }

    /** Reads everything; a file that cannot be read is a fault. */
    ResourceParser.Parsed read() {
        var sections = new ArrayList<Section>();
        var faults = new ArrayList<Fault>();
        for (Path file : files) {
            text(file, faults)
                    .ifPresent(text -> add(new Source(name(file), text), sections, faults));
        }
        inline.ifPresent(text -> add(new Source("inline", text), sections, faults));
        ResourceParser.Parsed set = Overrides.parse(overrides);
        sections.addAll(set.sections());
        faults.addAll(set.faults());
        return new ResourceParser.Parsed(sections, faults);
    }

    private static void add(Source source, List<Section> sections, List<Fault> faults) {
        ResourceParser.Parsed parsed = ResourceParser.parse(source);
        sections.addAll(parsed.sections());
        faults.addAll(parsed.faults());
    }

    private Optional<String> text(Path file, List<Fault> faults) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                faults.add(new Fault(name(file), 0, "larger than " + MAX_FILE_BYTES + " bytes"));
                return Optional.empty();
            }
            return decoded(name(file), Files.readAllBytes(file), faults);
        } catch (NoSuchFileException missing) {
            faults.add(new Fault(name(file), 0, "there is no such file"));
        } catch (IOException unreadable) {
            faults.add(new Fault(name(file), 0, "cannot be read: " + unreadable));
        }
        return Optional.empty();
    }

    private static Optional<String> decoded(String name, byte[] bytes, List<Fault> faults) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            faults.add(new Fault(name, line, "not UTF-8"));
            return Optional.empty();
        }
        return Optional.of(out.flip().toString());
    }

    private String name(Path file) {
        Path name = file.startsWith(home) ? home.relativize(file) : file;
        return name.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import dev.orion.launcher.Command.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the words of a command line. */
final class CommandLine {

    private static final Pattern SETTING = Pattern.compile("[^:=\\s]+:[^:=\\s]+=[^\\r\\n]*");

    private final Deque<String> words;

    /** How it is used; the script beside it prints the same file. */
    static String help() {
        try (InputStream text = CommandLine.class.getResourceAsStream("/orion/help.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private CommandLine(String... words) {
        this.words = new ArrayDeque<>(List.of(words));
    }

    /**
     * What the words ask for.
     *
     * @throws UsageException when they ask for nothing that there is; the message says what is
     *     wrong
     */
    static Command parse(String... words) {
        return words.length == 0 ? new Command.Help() : new CommandLine(words).command();
    }

    private Command command() {
        String name = words.remove();
        return switch (name) {
            case "run" -> run();
            case "exec" -> exec();
            case "train" -> last(new Command.Train());
            case "version", "--version" -> last(new Command.Version());
            case "help", "--help", "-h" -> last(new Command.Help());
            default -> throw unknown("command", name);
        };
    }

    private Command last(Command command) {
        if (!words.isEmpty()) {
            throw unknown("argument", words.remove());
        }
        return command;
    }

    private Command run() {
        Path home = Command.DEFAULT_HOME;
        var files = new ArrayList<Path>();
        var settings = new ArrayList<String>();
        int portOffset = 0;
        boolean shell = true;
        while (!words.isEmpty()) {
            String option = words.remove();
            switch (option) {
                case "--home" -> home = path(option);
                case "--config" -> files.add(path(option));
                case "--port-offset" -> portOffset = portOffset(value(option));
                case "--set" -> settings.add(setting(value(option)));
                case "--no-shell" -> shell = false;
                default -> throw unknown("option", option);
            }
        }
        return new Command.Run(home, files, portOffset, settings, shell);
    }

    private Command exec() {
        String command = null;
        Path home = Command.DEFAULT_HOME;
        while (!words.isEmpty()) {
            String word = words.remove();
            if (word.equals("--home")) {
                home = path(word);
            } else if (command == null && !word.startsWith("--")) {
                command = word;
            } else {
                throw unknown("argument", word);
            }
        }
        return new Command.Exec(command == null ? "" : command, home);
    }

    private String value(String option) {
        String value = words.poll();
        if (value == null || value.isEmpty()) {
            throw new UsageException(option + ": expected a value");
        }
        return value;
    }

    private Path path(String option) {
        try {
            return Path.of(value(option));
        } catch (InvalidPathException invalid) {
            throw new UsageException(option + ": " + invalid.getMessage());
        }
    }

    private static int portOffset(String value) {
        if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > OrionBuilder.MAX_PORT) {
            throw new UsageException("--port-offset " + value + ": expected 0 to 65535");
        }
        return Integer.parseInt(value);
    }

    private static String setting(String value) {
        if (!SETTING.matcher(value).matches()) {
            throw new UsageException("--set " + value + ": expected PID:key=value");
        }
        return value;
    }

    private static UsageException unknown(String what, String word) {
        return new UsageException("unknown " + what + " " + word + " (see: orion help)");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.launcher.Command.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

    @TempDir Path folder;

    @Test
    void runsInTheDefaultHomeWithTheShell() {
        assertThat(CommandLine.parse("run"))
                .isEqualTo(new Command.Run(Path.of("orion-home"), List.of(), 0, List.of(), true));
    }

    @Test
    void takesEveryOptionOfRunInAnyOrder() throws Exception {
        Path first = Files.createFile(folder.resolve("a.json"));
        Path second = Files.createFile(folder.resolve("b.json"));

        Command command =
                CommandLine.parse(
                        "run",
                        "--set",
                        "dev.orion.listener~web:uri=http://127.0.0.1:1",
                        "--config",
                        first.toString(),
                        "--no-shell",
                        "--port-offset",
                        "100",
                        "--home",
                        "h",
                        "--config",
                        second.toString(),
                        "--set",
                        "a:b=");

        assertThat(command)
                .isEqualTo(
                        new Command.Run(
                                Path.of("h"),
                                List.of(first, second),
                                100,
                                List.of("dev.orion.listener~web:uri=http://127.0.0.1:1", "a:b="),
                                false));
    }

    @Test
    void takesTheHomeOfExecBeforeAndAfterTheCommand() {
        var expected = new Command.Exec("listeners --json", Path.of("h"));

        assertThat(CommandLine.parse("exec", "listeners --json", "--home", "h"))
                .isEqualTo(expected);
        assertThat(CommandLine.parse("exec", "--home", "h", "listeners --json"))
                .isEqualTo(expected);
    }

    @Test
    void helpsWhoSaysNothing() {
        assertThat(CommandLine.parse()).isEqualTo(new Command.Help());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start | unknown command start (see: orion help)",
                "run --fast | unknown option --fast (see: orion help)",
                "run --home | --home: expected a value",
                "run --port-offset x | --port-offset x: expected 0 to 65535",
                "run --port-offset 65536 | --port-offset 65536: expected 0 to 65535",
                "run --set a=b | --set a=b: expected PID:key=value",
                "run --set a:b | --set a:b: expected PID:key=value",
                "run --config /no/such/file | --config /no/such/file: no such file, or not"
                        + " readable",
                "exec | exec: expected a command of one line",
                "exec a b | unknown argument b (see: orion help)",
                "version now | unknown argument now (see: orion help)"
            })
    void saysWhatIsWrong(String words, String message) {
        assertThatThrownBy(() -> CommandLine.parse(words.split(" ", -1)))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}

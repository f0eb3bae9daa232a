// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the tests in {@code src/test/js}, with clients that npm fetches once. */
final class Scripts {

    private static final Path SOURCES =
            OrionProcess.ROOT.resolve("bundles/dev.orion.itest/src/test/js");
    private static final Path WORK = OrionProcess.ROOT.resolve("bundles/dev.orion.itest/target/js");

    private Scripts() {}

    /** Makes them ready; where there is no node and npm the test is skipped. */
    static void install() throws Exception {
        assumeTrue(
                Tool.isThere("node") && Tool.isThere("npm"),
                "skipped: no node and npm on the PATH");
        Files.createDirectories(WORK);
        try (var scripts = Files.newDirectoryStream(SOURCES)) {
            for (Path script : scripts) {
                if (Files.isRegularFile(script)) {
                    Files.write(WORK.resolve(script.getFileName()), Files.readAllBytes(script));
                }
            }
        }
        if (!Files.exists(WORK.resolve("node_modules/playwright-core"))) {
            var command = List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock");
            int code = run(Map.of(), command, "npm.log");
            assertThat(code).as(Files.readString(WORK.resolve("npm.log"))).isZero();
        }
    }

    /** Runs one, which must pass; what it says is in the message if it does not. */
    static void passes(String script, Map<String, String> environment) throws Exception {
        var command = List.of("node", "--test", "--test-reporter=tap", script);
        int code = run(environment, command, script + ".log");
        assertThat(code).as(Files.readString(WORK.resolve(script + ".log"))).isZero();
    }

    private static int run(Map<String, String> environment, List<String> command, String log)
            throws Exception {
        var builder =
                new ProcessBuilder(command)
                        .directory(WORK.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(WORK.resolve(log).toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly); // who run the tests
            process.destroyForcibly();
            throw new AssertionError("no end of " + command);
        }
        return process.exitValue();
    }
}

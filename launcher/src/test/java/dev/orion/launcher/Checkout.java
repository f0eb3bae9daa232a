// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A checkout with the real script and nothing else that is real: Maven and the JDK are scripts that
 * note how they were called, and the {@code PATH} has only what the script may need.
 */
final class Checkout {

    private static final Path SCRIPT = Path.of("..", "orion");

    private static final List<String> TOOLS =
            List.of(
                    "sh",
                    "cat",
                    "sed",
                    "head",
                    "tail",
                    "tee",
                    "tr",
                    "find",
                    "dirname",
                    "readlink",
                    "mkdir",
                    "mv",
                    "rm",
                    "flock");

    /** Does what the build does to the folder it is told; {@code told} says how it goes on. */
    private static final String MAVEN =
            """
            #!/bin/sh
            if [ "$1" = --version ]; then
                echo "Apache Maven $(cat %1$s/version)"
                exit 0
            fi
            echo "$*" >>%1$s/calls
            for word; do case $word in -Dorion.dist=*) dist=${word#*=} ;; esac; done
            mkdir -p "$dist/lib"
            echo "[INFO] Building launcher 0.1.0                      [2/2]"
            case $(cat %1$s/told) in
                fail) echo "[ERROR] told to fail"; exit 1 ;;
                wait) : >"$dist/lib/half.jar"; : >%1$s/waiting; cat %1$s/go >/dev/null ;;
            esac
            : >"$dist/lib/launcher.jar"
            : >"$dist/built"
            """;

    private static final String JAVA =
            """
            #!/bin/sh
            for word; do case $word in -XX:ArchiveClassesAtExit=*) echo archive >"${word#*=}" ;; esac; done
            echo "java $*"
            """;

    private final Path folder;
    private final Path root;
    private final Path tools;
    private final Path maven;
    private final Path jdk;

    private Checkout(Path folder, Path root) {
        this.folder = folder;
        this.root = root;
        this.tools = folder.resolve("tools");
        this.maven = folder.resolve("maven");
        this.jdk = folder.resolve("jdk");
    }

    /** One that was never built, with a Maven and a JDK that will do. */
    static Checkout in(Path folder) throws IOException {
        var checkout = new Checkout(folder, folder.resolve("checkout"));
        checkout.addSources();
        checkout.addTools();
        checkout.addMaven();
        checkout.addJdk();
        return checkout;
    }

    private void addSources() throws IOException {
        Path resources = Path.of("src/main/resources/orion");
        Files.createDirectories(root.resolve("launcher").resolve(resources));
        Files.copy(SCRIPT, root.resolve("orion"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of("pom.xml"), root.resolve("launcher/pom.xml"));
        Files.copy(
                resources.resolve("help.txt"),
                root.resolve("launcher").resolve(resources).resolve("help.txt"));
        for (String name : List.of("pom.xml", "bnd.bnd")) {
            Files.createFile(root.resolve(name));
        }
        for (String name : List.of(".mvn", "cnf", "bundles")) {
            Files.createDirectory(root.resolve(name));
        }
    }

    private void addTools() throws IOException {
        Files.createDirectories(tools);
        for (String tool : TOOLS) {
            for (String place : System.getenv("PATH").split(":", -1)) {
                Path program = Path.of(place, tool);
                if (Files.isExecutable(program) && Files.notExists(tools.resolve(tool))) {
                    Files.copy(program, tools.resolve(tool), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private void addMaven() throws IOException {
        Files.createDirectories(maven);
        Files.createFile(maven.resolve("calls"));
        mavenVersion("3.8.7");
        tellMaven("build");
        program(maven.resolve("mvn"), MAVEN.formatted(maven));
    }

    private void addJdk() throws IOException {
        Files.createDirectories(jdk.resolve("bin"));
        program(jdk.resolve("bin/java"), JAVA);
        program(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        javaVersion("17.0.9");
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path root() {
        return root;
    }

    Path dist() {
        return root.resolve("launcher/target/orion");
    }

    void mavenVersion(String version) throws IOException {
        Files.writeString(maven.resolve("version"), version);
    }

    void javaVersion(String version) throws IOException {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    /** What it does next: {@code build}, {@code fail}, or {@code wait} for {@link #letMavenGo}. */
    void tellMaven(String what) throws IOException {
        Files.writeString(maven.resolve("told"), what);
    }

    void makeMavenWait() throws Exception {
        new ProcessBuilder("mkfifo", maven.resolve("go").toString()).start().waitFor();
        tellMaven("wait");
    }

    void letMavenGo() throws IOException {
        Files.writeString(maven.resolve("go"), "", StandardOpenOption.WRITE);
    }

    void removeMaven() throws IOException {
        Files.delete(maven.resolve("mvn"));
    }

    void removeCompiler() throws IOException {
        Files.delete(jdk.resolve("bin/javac"));
    }

    boolean mavenWaits() {
        return Files.exists(maven.resolve("waiting"));
    }

    int builds() throws IOException {
        return Files.readAllLines(maven.resolve("calls")).size();
    }

    /** A source becomes newer than what was built. */
    void changeSource() throws IOException {
        Files.setLastModifiedTime(
                root.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));
    }

    /** The same checkout, elsewhere. */
    Checkout move() throws IOException {
        Path elsewhere = folder.resolve("else where");
        Files.move(root, elsewhere);
        return new Checkout(folder, elsewhere);
    }

    Run run(String... words) throws Exception {
        return start(words).end();
    }

    /** With no {@code JAVA_HOME}, and {@code java} on the path or not. */
    Run runWithoutJavaHome(boolean onPath, String... words) throws Exception {
        ProcessBuilder builder = builder(List.of(), words);
        builder.environment().remove("JAVA_HOME");
        if (onPath) {
            builder.environment()
                    .merge("PATH", jdk.resolve("bin").toString(), (a, b) -> a + ":" + b);
        }
        return new Started(builder.start()).end();
    }

    /** By a user who may write nothing here. */
    Run runAsNobody(String... words) throws Exception {
        var nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        return new Started(builder(nobody, words).start()).end();
    }

    Started start(String... words) throws IOException {
        return new Started(builder(List.of(), words).start());
    }

    private ProcessBuilder builder(List<String> before, String... words) {
        var command = new ArrayList<String>(before);
        command.add(root.resolve("orion").toString());
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", path(before.isEmpty()));
        builder.environment().put("JAVA_HOME", jdk.toString());
        return builder;
    }

    private String path(boolean only) {
        String own = tools + ":" + maven;
        return only ? own : own + ":" + System.getenv("PATH");
    }

    /** The script while it runs. */
    record Started(Process process) {

        Run end() throws Exception {
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err =
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("no end; said: " + out + err);
            }
            return new Run(process.exitValue(), out, err);
        }

        /** As a terminal that is closed does: everything that it started goes too. */
        void kill() throws InterruptedException {
            List<ProcessHandle> all = process.descendants().toList();
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
            process.waitFor();
            for (ProcessHandle each : all) {
                each.onExit()
                        .orTimeout(Duration.ofSeconds(10).toSeconds(), TimeUnit.SECONDS)
                        .join();
            }
        }
    }

    /** What it did. */
    record Run(int code, String out, String err) {

        List<String> errors() {
            return err.lines().toList();
        }
    }
}

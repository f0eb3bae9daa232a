// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import dev.orion.launcher.Command.UsageException;
import dev.orion.logging.OrionLog;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The {@code orion} command. */
public final class Main {

    /** Everything went well. */
    static final int OK = 0;

    /** A command in the running instance failed. */
    static final int FAILED = 1;

    /** Orion did not start. */
    static final int NOT_STARTED = 2;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Does what the command line asks for, and ends the process. */
    public static void main(String[] words) {
        System.exit(new Main(System.out, System.err).run(words));
    }

    int run(String... words) {
        try {
            return run(CommandLine.parse(words));
        } catch (UsageException wrong) {
            complain(wrong.getMessage());
            return words[0].equals("exec") ? FAILED : NOT_STARTED;
        }
    }

    private int run(Command command) {
        if (command instanceof Command.Run run) {
            return start(run);
        }
        if (command instanceof Command.Exec exec) {
            return exec(exec);
        }
        if (command instanceof Command.Train) {
            return train();
        }
        out.print(
                command instanceof Command.Version
                        ? "Orion " + BundleIndex.ofLauncher().version() + System.lineSeparator()
                        : CommandLine.help());
        return OK;
    }

    private int start(Command.Run options) {
        boolean shell = options.shell() && Boolean.getBoolean("orion.terminal");
        CompletableFuture<Long> jvmStart = jvmStart();
        OrionBuilder builder =
                Orion.builder()
                        .home(options.home())
                        .portOffset(options.portOffset())
                        .log(OrionLog::install)
                        .standalone(shell);
        options.files().forEach(builder::config);
        options.settings().forEach(builder::set);
        var shutdown = new Shutdown();
        try (Orion orion = builder.start()) {
            shutdown.arm(orion);
            announce(orion, jvmStart);
            if (shell) {
                orion.openShell();
            }
            orion.awaitStop();
            return OK;
        } catch (StartException failure) {
            failure.reasons().forEach(this::complain);
            return NOT_STARTED;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return OK;
        } finally {
            shutdown.disarm();
        }
    }

    /** When the JVM started; found out beside the start, because it takes a while itself. */
    static CompletableFuture<Long> jvmStart() {
        return CompletableFuture.supplyAsync(
                () -> ManagementFactory.getRuntimeMXBean().getStartTime());
    }

    private void announce(Orion orion, CompletableFuture<Long> jvmStart) {
        out.print(ListenerTable.of(orion.listeners()));
        long millis = System.currentTimeMillis() - jvmStart.join();
        out.println("Orion " + orion.version() + " ready in " + millis + " ms");
        out.flush();
    }

    private int exec(Command.Exec options) {
        var stdout = new FileOutputStream(FileDescriptor.out);
        var stderr = new FileOutputStream(FileDescriptor.err);
        try {
            return new ExecClient(options.home(), stdout, stderr).run(options.command());
        } catch (IOException failure) {
            complain(failure.getMessage());
            return FAILED;
        }
    }

    private int train() {
        try {
            new Training().run();
            return OK;
        } catch (IOException | StartException failure) {
            complain(failure.getMessage());
            return NOT_STARTED;
        }
    }

    private void complain(String reason) {
        List.of(reason.split("\\R")).forEach(line -> err.println("orion: " + line));
    }
}

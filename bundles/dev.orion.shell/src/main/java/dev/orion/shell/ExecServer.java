// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.configuration.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of {@code orion exec}: a port on loopback, and a file only its owner can read that says
 * which, and the token to be shown there.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = ExecServer.PID)
@Designate(ocd = ExecServer.Config.class)
public final class ExecServer {

    static final String PID = "dev.orion.shell";

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.shell");
    private static final int TOKEN_BYTES = 32;

    /** The settings, as they are configured. */
    @ObjectClassDefinition(name = "Shell")
    @interface Config {

        @AttributeDefinition(description = "Whether orion exec is served.")
        boolean exec() default true;

        @AttributeDefinition(
                description = "Commands of orion exec that may run at once.",
                min = "1",
                max = "1024")
        int maxCommands() default 16;

        @AttributeDefinition(
                description = "Close a client of orion exec that has not said its command by then.")
        String silentAfter() default "5s";
    }

    /** The settings, as they are used. */
    record Settings(boolean exec, int maxCommands, Duration silentAfter) {

        Settings {
            if (maxCommands < 1) {
                throw new IllegalArgumentException(
                        "maxCommands: " + maxCommands + " (expected: >= 1)");
            }
            if (silentAfter.isZero() || silentAfter.isNegative()) {
                throw new IllegalArgumentException(
                        "silentAfter: " + silentAfter + " (expected: > 0)");
            }
        }

        static Settings of(Config config) {
            return new Settings(
                    config.exec(), config.maxCommands(), Durations.parse(config.silentAfter()));
        }
    }

    private final CommandServer server;
    private final AddressFile address;

    @Activate
    public ExecServer(@Reference CommandProcessor processor, BundleContext framework, Config config)
            throws IOException {
        this(processor, home(framework), Settings.of(config));
    }

    ExecServer(CommandProcessor processor, Path home, Settings settings) throws IOException {
        if (!settings.exec()) {
            server = null;
            address = null;
            return;
        }
        String token = newToken();
        server = CommandServer.open(processor, settings, token);
        try {
            address = AddressFile.write(home, server.address(), token);
        } catch (IOException | RuntimeException unwritable) {
            server.close();
            throw unwritable;
        }
        LOG.atDebug()
                .addKeyValue("endpoint", server.address())
                .addKeyValue("file", address.path())
                .log("Shell commands accepted");
    }

    @Deactivate
    void close() {
        if (server != null) {
            address.delete();
            server.close();
        }
    }

    private static String newToken() {
        var token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        return HexFormat.of().formatHex(token);
    }

    private static Path home(BundleContext framework) {
        String home = framework.getProperty("orion.home");
        if (home == null) {
            throw new IllegalStateException("orion.home: not set (expected: the home directory)");
        }
        return Path.of(home);
    }
}

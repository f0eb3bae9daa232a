// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;

/** The commands that ask the framework, in a real one. */
class FrameworkCommandsTest {

    @TempDir Path cache;

    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start() throws Exception {
        framework =
                new FrameworkFactory()
                        .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, cache.toString()));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(10));
    }

    @Test
    void listsBundles() {
        Shell shell = new Shell().with(new BundlesCommand(context));

        assertThat(shell.run("bundles"))
                .isEqualTo(
                        """
                        ID  STATE   NAME                        VERSION  LOCATION
                         0  active  org.apache.felix.framework  7.0.5    System Bundle
                        """);
        assertThat(shell.run("bundles felix.fr --json"))
                .isEqualTo(
                        "[{\"id\":0,\"state\":\"active\",\"name\":\"org.apache.felix.framework\","
                                + "\"version\":\"7.0.5\",\"location\":\"System Bundle\"}]\n");
        assertThat(shell.run("bundles nothing --json")).isEqualTo("[]\n");
    }

    @Test
    void listsEveryCommandOfTheScopeInOneLine() {
        register(new ListenersCommand(), Function.class, ShellCommand.SCOPE, "listeners");
        register(new Foreign(), Foreign.class, ShellCommand.SCOPE, "deploy", "undo");
        register(new Foreign(), Foreign.class, "felix", "deploy");
        Shell shell = new Shell().with(new HelpCommand(context));

        assertThat(shell.run("help"))
                .isEqualTo(
                        """
                        COMMAND    WHAT
                        deploy     Installs a bundle.
                        listeners  Shows the listeners and the transport they use.
                        undo
                        """);
        assertThat(shell.run("help listeners"))
                .isEqualTo(
                        "listeners [--json]\n  Shows the listeners and the transport they use.\n");
        assertThat(shell.run("help deploy --json"))
                .isEqualTo(
                        "[{\"command\":\"deploy\",\"what\":\"Installs a bundle.\","
                                + "\"usage\":\"deploy\"}]\n");
        assertThatThrownBy(() -> shell.run("help nonsense"))
                .hasMessage("command: nonsense (expected: one that help lists)");
    }

    private void register(Object service, Class<?> type, String scope, String... functions) {
        Map<String, Object> properties =
                Map.of("osgi.command.scope", scope, "osgi.command.function", functions);
        context.registerService(type.getName(), service, FrameworkUtil.asDictionary(properties));
    }

    /** A command in Gogo's own style. */
    public static final class Foreign {

        @Descriptor("Installs a bundle.")
        public void deploy(String file) {}

        public void undo() {}
    }
}

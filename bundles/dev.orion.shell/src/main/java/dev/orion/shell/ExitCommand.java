// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code exit}: ends Orion, as the end of input in the terminal does. */
@Component(service = Function.class)
@Command(function = "exit")
public final class ExitCommand extends ShellCommand {

    private final BundleContext context;

    @Activate
    public ExitCommand(BundleContext context) {
        super("exit", "Ends Orion: drains its connections, then stops it.");
        this.context = context;
    }

    @Override
    void run(Arguments arguments, Output output) throws BundleException {
        arguments.words(0, 0);
        output.remark("stopping");
        context.getBundle(Constants.SYSTEM_BUNDLE_ID).stop(); // returns before it has stopped
    }
}

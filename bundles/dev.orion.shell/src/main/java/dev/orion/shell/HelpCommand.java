// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * {@code help}: the commands of the scope {@code orion}, whichever bundle they come from.
 *
 * <p>A command that is not one of {@link ShellCommand} is described by Gogo's {@link Descriptor} on
 * its method.
 */
@Component(service = Function.class)
@Command(function = "help")
public final class HelpCommand extends ShellCommand {

    private static final Table<Entry> TABLE =
            new Table<Entry>()
                    .with("command", Entry::command)
                    .with("what", Entry::what)
                    .with("usage", Entry::usage);

    private static final Table<Entry> SHORT_TABLE =
            new Table<Entry>().with("command", Entry::command).with("what", Entry::what);

    private final BundleContext framework;

    @Activate
    public HelpCommand(BundleContext framework) {
        super("help [COMMAND] [--json]", "Shows the commands, or how one of them is typed.");
        this.framework = framework;
    }

    @Override
    void run(Arguments arguments, Output output) throws InvalidSyntaxException {
        Optional<String> command = arguments.word();
        List<Entry> entries = entries();
        List<Entry> wanted =
                entries.stream()
                        .filter(one -> command.map(one.command()::equals).orElse(true))
                        .toList();
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(
                    "command: " + command.orElse("") + " (expected: one that help lists)");
        }
        if (arguments.json() || command.isEmpty()) {
            output.table(arguments, arguments.json() ? TABLE : SHORT_TABLE, wanted);
        } else {
            wanted.forEach(one -> output.line(one.usage() + "\n  " + one.what()));
        }
    }

    private List<Entry> entries() throws InvalidSyntaxException {
        var entries = new ArrayList<Entry>();
        ServiceReference<?>[] commands =
                framework.getAllServiceReferences(
                        null, "(" + CommandProcessor.COMMAND_SCOPE + "=" + SCOPE + ")");
        if (commands != null) {
            Arrays.stream(commands).forEach(command -> entries.addAll(entries(command)));
        }
        entries.sort(Comparator.comparing(Entry::command));
        return entries;
    }

    private List<Entry> entries(ServiceReference<?> command) {
        Object service = framework.getService(command);
        if (service == null) {
            return List.of(); // it left just now
        }
        try {
            return functions(command).map(name -> entry(name, service)).toList();
        } finally {
            framework.ungetService(command);
        }
    }

    private static Stream<String> functions(ServiceReference<?> command) {
        Object names = command.getProperty(CommandProcessor.COMMAND_FUNCTION);
        return names instanceof String[] several
                ? Arrays.stream(several)
                : Stream.ofNullable(names).map(Object::toString);
    }

    private static Entry entry(String name, Object service) {
        if (service instanceof ShellCommand command) {
            return new Entry(name, command.summary(), command.usage().toString());
        }
        String what =
                Arrays.stream(service.getClass().getMethods())
                        .filter(method -> method.getName().equalsIgnoreCase(name))
                        .flatMap(
                                method -> Stream.ofNullable(method.getAnnotation(Descriptor.class)))
                        .map(Descriptor::value)
                        .findFirst()
                        .orElse("");
        return new Entry(name.toLowerCase(Locale.ROOT), what, name);
    }

    /** One line of the list. */
    private record Entry(String command, String what, String usage) {}
}

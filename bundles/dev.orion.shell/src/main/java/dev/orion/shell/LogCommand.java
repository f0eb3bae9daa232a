// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.log.LogControl;
import dev.orion.log.LogRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code log}: its last records and its levels. */
@Component(service = Function.class)
@Command(function = "log")
public final class LogCommand extends ShellCommand {

    private static final int RECORDS = 20;

    private static final Table<LogRecord> TABLE =
            new Table<LogRecord>()
                    .with("time", LogRecord::time)
                    .with("level", record -> record.level().toLowerCase(Locale.ROOT))
                    .with("logger", LogRecord::logger)
                    .with("message", LogRecord::message)
                    .with("fields", LogRecord::fields);

    private static final Table<Map.Entry<String, String>> LEVELS =
            new Table<Map.Entry<String, String>>()
                    .with("logger", Map.Entry::getKey)
                    .with("level", level -> level.getValue().toLowerCase(Locale.ROOT));

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile LogControl log;

    public LogCommand() {
        super(
                "log [N] [--json] | log levels [--json] | log level LOGGER LEVEL [--json]",
                "Shows the last records of the log; shows and sets levels.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        LogControl now = available(log, "log");
        if (arguments.startsWith("levels")) {
            arguments.words(1, 1);
            output.table(arguments, LEVELS, levels(now));
        } else if (arguments.startsWith("level")) {
            level(now, arguments, output);
        } else {
            int count = arguments.word().map(arguments::count).orElse(RECORDS);
            output.table(arguments, TABLE, now.recent(count));
        }
    }

    private static List<Map.Entry<String, String>> levels(LogControl log) {
        return List.copyOf(new TreeMap<>(log.levels()).entrySet());
    }

    private static void level(LogControl log, Arguments arguments, Output output) {
        List<String> words = arguments.words(3, 3);
        String logger = words.get(1);
        String level = words.get(2).toLowerCase(Locale.ROOT);
        log.level(logger, level);
        output.line(
                arguments.json()
                        ? Json.text(Map.of(logger, level))
                        : "level of " + logger + ": " + level);
    }
}

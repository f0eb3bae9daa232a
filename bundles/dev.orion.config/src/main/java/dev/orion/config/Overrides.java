// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import dev.orion.configuration.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values that the command line gives: {@code PID:key=value}. */
final class Overrides {

    private final List<Section> sections = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private Overrides() {}

    /**
     * Reads one override a line; empty lines do not count.
     *
     * <p>No report shows a value: it may be a key that nobody should see.
     */
    static ResourceParser.Parsed parse(String lines) {
        var overrides = new Overrides();
        lines.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(overrides::add);
        return new ResourceParser.Parsed(overrides.sections, overrides.faults);
    }

    private void add(String line) {
        int equals = line.indexOf('=');
        int colon = line.indexOf(':');
        if (equals < 0 || colon < 1 || colon + 1 >= equals) {
            String shown = equals < 0 ? line : line.substring(0, equals);
            faults.add(new Fault("--set " + shown, 0, "expected PID:key=value"));
            return;
        }
        String pid = line.substring(0, colon);
        String written = line.substring(colon + 1, equals);
        String source = "--set " + pid + ":" + written;
        int type = written.indexOf(':');
        String key = type < 0 ? written : written.substring(0, type);
        Optional<Form> form =
                type < 0 ? Optional.of(Form.NONE) : Form.of(written.substring(type + 1));
        if (key.isEmpty() || form.isEmpty()) {
            faults.add(new Fault(source, 0, "expected a key and, behind a colon, a known type"));
            return;
        }
        var value = new Item.Raw(line.substring(equals + 1));
        var item = new Item(key, form.get(), value, source, 0);
        sections.add(new Section(pid, source, 0, Map.of(key, item)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Brings the Configuration Admin to what the files say, touching only what differs.
 *
 * <p>Its configurations carry a private mark, so those of others stay as they are.
 */
final class Applier {

    static final String MARK = ".dev.orion.config";

    private static final String ANY_BUNDLE = "?";
    private static final String LISTENER = "dev.orion.listener";

    private final ConfigurationAdmin admin;

    Applier(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /** The PIDs that were touched. */
    record Changes(List<String> created, List<String> updated, List<String> deleted) {

        boolean isEmpty() {
            return created.isEmpty() && updated.isEmpty() && deleted.isEmpty();
        }
    }

    /**
     * Deletes what is gone, then writes what is new or different; listeners last, so that what they
     * serve is there before them.
     *
     * @param wanted the values by PID
     */
    Changes apply(Map<String, Map<String, Object>> wanted) throws IOException {
        Map<String, Configuration> present = ours();
        var changes = new Changes(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Map.Entry<String, Configuration> one : present.entrySet()) {
            if (!wanted.containsKey(one.getKey())) {
                one.getValue().delete();
                changes.deleted().add(one.getKey());
            }
        }
        var pids = new ArrayList<>(wanted.keySet());
        pids.sort(Comparator.comparing((String pid) -> pid.startsWith(LISTENER)));
        for (String pid : pids) {
            write(pid, wanted.get(pid), present.get(pid), changes);
        }
        return changes;
    }

    /** Whether there is anything that was applied, by this or by an earlier instance. */
    boolean hasApplied() {
        try {
            return !ours().isEmpty();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private void write(
            String pid, Map<String, Object> values, Configuration present, Changes changes)
            throws IOException {
        if (present == null) {
            configuration(pid).update(marked(values));
            changes.created().add(pid);
        } else if (!same(values, values(present))) {
            present.update(marked(values));
            changes.updated().add(pid);
        }
    }

    private Configuration configuration(String pid) throws IOException {
        int at = pid.indexOf('~');
        return at < 0
                ? admin.getConfiguration(pid, ANY_BUNDLE)
                : admin.getFactoryConfiguration(
                        pid.substring(0, at), pid.substring(at + 1), ANY_BUNDLE);
    }

    private Map<String, Configuration> ours() throws IOException {
        try {
            Configuration[] found = admin.listConfigurations("(" + MARK + "=true)");
            var ours = new HashMap<String, Configuration>();
            for (Configuration one : found == null ? new Configuration[0] : found) {
                ours.put(one.getPid(), one);
            }
            return ours;
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Dictionary<String, Object> marked(Map<String, Object> values) {
        var marked = new HashMap<String, Object>(values);
        marked.put(MARK, true);
        return FrameworkUtil.asDictionary(marked);
    }

    private static Map<String, Object> values(Configuration configuration) {
        Dictionary<String, Object> properties = configuration.getProperties();
        var values = new HashMap<String, Object>();
        for (String key : Collections.list(properties.keys())) {
            boolean added = key.equals("service.pid") || key.equals("service.factoryPid");
            if (!added && !key.equals(MARK)) {
                values.put(key, properties.get(key));
            }
        }
        return values;
    }

    private static boolean same(Map<String, Object> wanted, Map<String, Object> present) {
        return wanted.keySet().equals(present.keySet())
                && wanted.entrySet().stream()
                        .allMatch(one -> same(one.getValue(), present.get(one.getKey())));
    }

    private static boolean same(Object one, Object other) {
        if (one.getClass().isArray() && other.getClass().isArray()) {
            return one.getClass() == other.getClass() && elements(one).equals(elements(other));
        }
        if (one instanceof Collection<?> a && other instanceof Collection<?> b) {
            return new ArrayList<>(a).equals(new ArrayList<>(b));
        }
        return Objects.equals(one, other);
    }

    private static List<Object> elements(Object array) {
        var elements = new ArrayList<Object>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(Array.get(array, i));
        }
        return elements;
    }
}

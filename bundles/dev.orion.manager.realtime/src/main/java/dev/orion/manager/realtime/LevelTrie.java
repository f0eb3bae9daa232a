// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.message.ChannelPattern;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Values by the levels of a channel's name, or of a pattern.
 *
 * <p>Where the keys are patterns it finds those that match a name; where they are names, those that
 * a pattern matches (MQTT 5 §4.7).
 *
 * <p><b>Threads:</b> any number read while one changes it: a change touches the levels of its key
 * and nothing else. A reader may or may not see a change that happens meanwhile.
 */
final class LevelTrie<T> {

    private final Node<T> root = new Node<>(null, "");
    private volatile int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The value of a key; null where there is none. */
    T get(String key) {
        Node<T> node = find(key);
        return node == null ? null : node.value;
    }

    /** The value of a key, made where there is none. */
    synchronized T computeIfAbsent(String key, Supplier<T> maker) {
        Node<T> node = make(key);
        if (node.value == null) {
            node.value = maker.get();
            size++;
        }
        return node.value;
    }

    /**
     * Gives a key a value; returns the one that it had, or null.
     *
     * <p><b>Threads:</b> calls for the same key follow each other; a key that is there is changed
     * without a lock.
     */
    T put(String key, T value) {
        Node<T> node = find(key);
        T old = node == null ? null : node.value;
        if (old != null) {
            node.value = value;
            return old;
        }
        return putNew(key, value);
    }

    private synchronized T putNew(String key, T value) {
        Node<T> node = make(key);
        T old = node.value;
        if (old == null) {
            size++;
        }
        node.value = value;
        return old;
    }

    private Node<T> make(String key) {
        Node<T> node = root;
        for (String level : levels(key)) {
            node = node.makeChild(level);
        }
        return node;
    }

    /** Gives a key a value if it has none; whether it had none. */
    synchronized boolean putIfAbsent(String key, T value) {
        Node<T> node = make(key);
        if (node.value != null) {
            return false;
        }
        node.value = value;
        size++;
        return true;
    }

    /** Whether a key has this very value. */
    boolean holds(String key, T value) {
        return get(key) == value;
    }

    /** Forgets a key; returns the value that it had, or null. */
    synchronized T remove(String key) {
        Node<T> node = find(key);
        if (node == null || node.value == null) {
            return null;
        }
        T old = node.value;
        node.value = null;
        size--;
        while (node != root && node.isUnused()) {
            node.parent.children.remove(node.level);
            node = node.parent;
        }
        return old;
    }

    /** Shows the values whose keys are patterns that match a name, until one is what is sought. */
    boolean anyMatching(String name, Predicate<? super T> isSought) {
        return match(root, levels(name), 0, !name.startsWith("$"), isSought);
    }

    /** Shows every value whose key is a name that a pattern matches. */
    void select(ChannelPattern pattern, Consumer<? super T> each) {
        select(root, levels(pattern.toString()), 0, each);
    }

    /** Shows every value. */
    void forEach(Consumer<? super T> each) {
        forEach(root, each);
    }

    private static <T> void forEach(Node<T> at, Consumer<? super T> each) {
        show(at, each);
        Map<String, Node<T>> children = at.children;
        if (children != null) {
            children.values().forEach(child -> forEach(child, each));
        }
    }

    private static <T> boolean match(
            Node<T> at, String[] levels, int next, boolean isWild, Predicate<? super T> isSought) {
        if (isWild && test(at.child("#"), isSought)) {
            return true;
        }
        if (next == levels.length) {
            return test(at, isSought);
        }
        Node<T> same = at.child(levels[next]);
        if (same != null && match(same, levels, next + 1, true, isSought)) {
            return true;
        }
        Node<T> any = isWild ? at.child("+") : null;
        return any != null && match(any, levels, next + 1, true, isSought);
    }

    private static <T> boolean test(Node<T> node, Predicate<? super T> isSought) {
        T value = node == null ? null : node.value;
        return value != null && isSought.test(value);
    }

    private void select(Node<T> at, String[] levels, int next, Consumer<? super T> each) {
        if (next == levels.length) {
            show(at, each);
            return;
        }
        switch (levels[next]) {
            case "#" -> {
                show(at, each);
                forChildren(at, child -> select(child, levels, next, each));
            }
            case "+" -> forChildren(at, child -> select(child, levels, next + 1, each));
            default -> {
                Node<T> child = at.child(levels[next]);
                if (child != null) {
                    select(child, levels, next + 1, each);
                }
            }
        }
    }

    private void forChildren(Node<T> at, Consumer<Node<T>> each) {
        Map<String, Node<T>> children = at.children;
        if (children == null) {
            return;
        }
        for (Node<T> child : children.values()) {
            if (at != root || !child.level.startsWith("$")) { // MQTT 5 §4.7.2
                each.accept(child);
            }
        }
    }

    private static <T> void show(Node<T> node, Consumer<? super T> each) {
        T value = node.value;
        if (value != null) {
            each.accept(value);
        }
    }

    private Node<T> find(String key) {
        Node<T> node = root;
        for (String level : levels(key)) {
            node = node.child(level);
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    private static String[] levels(String key) {
        return key.split("/", -1);
    }

    /** One level of some keys. */
    private static final class Node<T> {
        private final Node<T> parent;
        private final String level;
        private volatile Map<String, Node<T>> children; // made for the first one
        private volatile T value;

        Node(Node<T> parent, String level) {
            this.parent = parent;
            this.level = level;
        }

        Node<T> child(String name) {
            Map<String, Node<T>> now = children;
            return now == null ? null : now.get(name);
        }

        Node<T> makeChild(String name) {
            if (children == null) {
                children = new ConcurrentHashMap<>(1);
            }
            return children.computeIfAbsent(name, key -> new Node<>(this, key));
        }

        boolean isUnused() {
            return value == null && (children == null || children.isEmpty());
        }
    }
}

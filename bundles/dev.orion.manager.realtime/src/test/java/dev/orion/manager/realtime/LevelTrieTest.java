// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.message.ChannelPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT 5 §4.7. */
class LevelTrieTest {

    private static final List<String> PATTERNS =
            List.of(
                    "#", "+", "+/+", "+/#", "a", "a/#", "a/+", "a/b", "a/b/#", "+/b", "a/+/c", "/",
                    "/+", "+/+/c", "a//c", "$sys/#", "$sys/+", "$sys/a", "b/+/#");

    private static final List<String> NAMES =
            List.of(
                    "a",
                    "b",
                    "a/b",
                    "a/c",
                    "a/b/c",
                    "a/x/c",
                    "/",
                    "/a",
                    "a/",
                    "a//c",
                    "$sys/a",
                    "$sys",
                    "b/c/d/e",
                    "$sys/a/b");

    private final LevelTrie<String> trie = new LevelTrie<>();

    @Test
    void findsThePatternsThatMatchAName() {
        PATTERNS.forEach(pattern -> trie.put(pattern, pattern));

        for (String name : NAMES) {
            assertThat(matching(name)).containsExactlyInAnyOrderElementsOf(expected(name));
        }
    }

    @Test
    void findsTheNamesThatAPatternMatches() {
        NAMES.forEach(name -> trie.put(name, name));

        for (String text : PATTERNS) {
            ChannelPattern pattern = ChannelPattern.parse(text);
            List<String> found = new ArrayList<>();
            trie.select(pattern, found::add);
            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(
                            NAMES.stream().filter(pattern::matches).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"#, $sys/a", "+/a, $sys/a", "+/#, $sys/a"})
    void neverFindsADollarByAWildcard(String pattern, String name) {
        trie.put(pattern, pattern);

        assertThat(matching(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a/+", "#"})
    void isEmptyWhenTheLastIsGone(String key) {
        trie.put(key, "x");
        trie.put("a/b/c", "y");

        assertThat(trie.remove(key)).isEqualTo("x");
        assertThat(trie.remove(key)).isNull();
        assertThat(matching("a/b/c")).containsExactly("y");
        assertThat(trie.remove("a/b/c")).isEqualTo("y");

        assertThat(trie.isEmpty()).isTrue();
        assertThat(matching("a/b")).isEmpty();
    }

    @Test
    void keepsTheValueThatWasThere() {
        assertThat(trie.putIfAbsent("a", "first")).isTrue();
        assertThat(trie.putIfAbsent("a", "second")).isFalse();
        assertThat(trie.put("a", "third")).isEqualTo("first");

        assertThat(trie.get("a")).isEqualTo("third");
        assertThat(trie.size()).isEqualTo(1);
    }

    @Test
    void isReadWhileOthersChangeIt() throws InterruptedException {
        trie.put("+/stays", "stays");
        var wrong = new ConcurrentLinkedQueue<String>();
        var done = new AtomicBoolean();
        var ready = new CountDownLatch(2);
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(
                    new Thread(
                            () -> {
                                ready.countDown();
                                while (!done.get()) {
                                    if (!matching("a/stays").contains("stays")) {
                                        wrong.add("missed what was always there");
                                    }
                                }
                            }));
        }
        readers.forEach(Thread::start);
        assertThat(ready.await(10, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < 20_000; i++) {
            trie.put("a/" + i % 100, "x");
            trie.put("a/+/" + i % 100, "x");
            trie.remove("a/" + i % 100);
            trie.remove("a/+/" + i % 100);
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join(TimeUnit.SECONDS.toMillis(10));
        }

        assertThat(wrong).isEmpty();
        assertThat(trie.size()).isEqualTo(1);
    }

    private static List<String> expected(String name) {
        return PATTERNS.stream()
                .filter(pattern -> ChannelPattern.parse(pattern).matches(name))
                .toList();
    }

    private List<String> matching(String name) {
        List<String> found = new ArrayList<>();
        trie.anyMatching(
                name,
                value -> {
                    found.add(value);
                    return false;
                });
        return found;
    }
}

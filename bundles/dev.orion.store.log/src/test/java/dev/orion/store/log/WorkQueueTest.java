// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import static dev.orion.store.log.Stores.TABLE;
import static dev.orion.store.log.Stores.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.store.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final WorkQueue queue = new WorkQueue();
    private final List<Work.Write> group = new ArrayList<>();

    @Test
    void losesNoWriteThatComesBetweenTwoLooks() {
        queue.takeWrites(group, 1000);
        Work.Write late = write("late");
        queue.add(late);

        assertThat(queue.takeLook()).isNull();
        queue.takeWrites(group, 1000);
        assertThat(group).containsExactly(late);
    }

    @Test
    void keepsTheOrderOfWritesAndLooks() {
        Work.Write first = write("first");
        Work.Look look = new Work.Look(TABLE, new CompletableFuture<>());
        Work.Write second = write("second");
        List.of(first, look, second).forEach(queue::add);

        queue.takeWrites(group, 1000);
        assertThat(group).containsExactly(first);
        assertThat(queue.takeLook()).isSameAs(look);
        assertThat(queue.takeLook()).isNull();
        assertThat(queue.take()).isSameAs(second);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void takesNoMoreAtOnceThanItMay() {
        Work.Write large = write("a".repeat(600));
        Work.Write next = write("b".repeat(600));
        queue.add(large);
        queue.add(next);

        queue.takeWrites(group, 500);
        assertThat(group).containsExactly(large);
        group.clear();
        queue.takeWrites(group, 1000);
        assertThat(group).containsExactly(next);
    }

    private static Work.Write write(String value) {
        Batch batch = Batch.builder().put(TABLE, bytes("k"), bytes(value)).build();
        return new Work.Write(batch, new CompletableFuture<>());
    }
}

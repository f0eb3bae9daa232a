// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.store.Batch;
import dev.orion.store.StoreException;
import dev.orion.store.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The store's bundle is replaced while the manager writes. */
class SteadyStoreTest {

    private final List<Runnable> patience = new ArrayList<>();
    private final List<String> lives = new ArrayList<>();
    private final SteadyStore steady = new SteadyStore(patience::add, () -> lives.add("anew"));
    private final FakeStore first = new FakeStore();

    @Test
    void writesToTheStoreThatIsThere() {
        begin();

        assertThat(write("a", "1")).isCompleted();
        assertThat(read()).containsExactly("a=1");
    }

    @Test
    void holdsWhatIsWrittenUntilTheReplacementIsThere() {
        begin();
        write("a", "1");
        end(first);
        CompletableFuture<Void> b = write("b", "2");
        CompletableFuture<Void> a = write("a", "3");
        assertThat(b).isNotDone();

        steady.bindStore(replacement());

        assertThat(a).isCompleted();
        assertThat(b).isCompleted();
        assertThat(read()).containsExactly("b=2", "a=3");
        assertThat(lives).isEmpty();
    }

    @Test
    void givesTheReplacementWhatTheOldOneRefusedBecauseItEnded() {
        begin();
        first.hold();
        CompletableFuture<Void> a = write("a", "1");
        CompletableFuture<Void> b = write("b", "2");
        first.failHeld(Reason.CLOSED); // before anybody is told that it ends
        CompletableFuture<Void> c = write("c", "3");
        end(first);

        steady.bindStore(replacement());

        assertThat(List.of(a, b, c)).allMatch(done -> done.isDone() && !isFailed(done));
        assertThat(read()).containsExactly("a=1", "b=2", "c=3");
    }

    @Test
    void makesWhatTheOldOneIsStillMaking() {
        begin();
        first.hold();
        CompletableFuture<Void> a = write("a", "1");
        steady.unbindStore(first);
        first.goOn();

        assertThat(a).isCompleted();
        steady.bindStore(replacement());
        assertThat(read()).containsExactly("a=1");
    }

    @Test
    void passesOnWhatAStoreRefusesForAnotherReason() {
        begin();
        first.refuse(Reason.FULL);

        assertThatThrownBy(write("a", "1")::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreException.class)
                .hasRootCauseMessage("told to");
    }

    @Test
    void beginsAnewWithoutAStoreWhenNoneComes() {
        begin();
        end(first);
        CompletableFuture<Void> a = write("a", "1");
        patience.get(0).run();

        assertThat(isFailed(a)).isTrue();
        assertThat(lives).containsExactly("anew");
        assertThat(steady.begin()).isEmpty();
        assertThat(isFailed(write("b", "2"))).isTrue();
    }

    @Test
    void beginsAnewWhenTheStoreComesBackLate() {
        begin();
        end(first);
        patience.get(0).run();
        steady.begin();
        steady.bindStore(replacement());

        assertThat(lives).containsExactly("anew", "anew");
        assertThat(steady.begin()).isPresent();
        assertThat(write("b", "2")).isCompleted();
    }

    @Test
    void forgetsItsPatienceOnceAStoreIsThere() {
        begin();
        end(first);
        steady.bindStore(replacement());
        patience.get(0).run();

        assertThat(lives).isEmpty();
        assertThat(write("b", "2")).isCompleted();
    }

    @Test
    void beginsAnewWithAnotherStore() {
        begin();
        end(first);
        CompletableFuture<Void> a = write("a", "1");
        steady.bindStore(new FakeStore());

        assertThat(isFailed(a)).isTrue();
        assertThat(lives).containsExactly("anew");
        assertThat(read()).isEmpty();
    }

    @Test
    void keepsWhatTheEndingManagerWritesOutOfAnotherStore() {
        begin();
        end(first);
        var other = new FakeStore();
        steady.bindStore(other);

        assertThat(isFailed(write("a", "1"))).isTrue(); // its numbers mean something else there
        assertThat(other.size("t")).isZero();
        assertThat(steady.begin()).isPresent();
        assertThat(write("b", "2")).isCompleted();
        assertThat(other.size("t")).isEqualTo(1);
    }

    @Test
    void beginsAnewWhenTheFirstStoreComesAfterTheManager() {
        assertThat(steady.begin()).isEmpty();
        steady.bindStore(first);

        assertThat(lives).containsExactly("anew");
    }

    @Test
    void takesABetterStoreBeforeTheOldOneEnds() {
        begin();
        FakeStore better = first.copy();
        steady.bindStore(better);
        steady.unbindStore(first);

        assertThat(write("a", "1")).isCompleted();
        assertThat(better.size("t")).isEqualTo(1);
        assertThat(patience).isEmpty();
    }

    @Test
    void boundsWhatWaits() {
        begin();
        end(first);
        int count = (int) (HeldWrites.MAX_BYTES / Batch.MAX_VALUE_BYTES);
        byte[] large = new byte[Batch.MAX_VALUE_BYTES - 1024];
        List<CompletableFuture<Void>> stages = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            stages.add(
                    steady.write(Batch.builder().put("t", new byte[] {(byte) i}, large).build())
                            .toCompletableFuture());
        }

        assertThat(stages.subList(0, count)).noneMatch(CompletableFuture::isDone);
        assertThat(isFailed(stages.get(count))).isTrue();
    }

    private void begin() {
        steady.bindStore(first);
        assertThat(steady.begin()).isPresent();
    }

    private void end(FakeStore store) {
        store.refuse(Reason.CLOSED);
        steady.unbindStore(store);
    }

    /** What the new bundle finds in the folder of the old one. */
    private FakeStore replacement() {
        return first.copy();
    }

    private CompletableFuture<Void> write(String key, String value) {
        return steady.write(
                        Batch.builder()
                                .put("t", key.getBytes(UTF_8), value.getBytes(UTF_8))
                                .build())
                .toCompletableFuture();
    }

    private List<String> read() {
        var records = new ArrayList<String>();
        steady.load("t", (key, value) -> records.add(text(key) + "=" + text(value)));
        return records;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static boolean isFailed(CompletableFuture<Void> done) {
        return done.isCompletedExceptionally();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.orion.message.Message;
import dev.orion.message.Origin;
import dev.orion.message.Qos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionQueueTest {

    private final SessionQueue queue = new SessionQueue();

    @Test
    void countsOnceWhatItSendsTwice() {
        Queued first = add("one");
        Queued second = add("two");
        queue.begin(1, 10);
        send();
        queue.received(first.id);
        queue.begin(2, 2);
        assertThat(send()).containsExactly(first, second);

        queue.received(second.id);
        assertThat(send()).isEmpty();
        queue.acknowledged(first.id);
        queue.acknowledged(second.id);

        assertThat(queue.inFlight()).isZero();
        assertThat(queue.size()).isZero();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void releasesWhatThePeerSaysItHasBeforeItIsAskedOnce() {
        Queued first = add("one");
        Queued second = add("two");
        queue.begin(1, 10);
        send();
        queue.received(first.id);

        queue.begin(2, 10);
        queue.received(second.id); // of the connection before
        List<Queued> sent = send();
        queue.acknowledged(first.id);
        queue.acknowledged(second.id);

        assertThat(sent).containsExactly(first, second);
        assertThat(queue.inFlight()).isZero();
    }

    @Test
    void doesNotSendPastWhatIsNotSafe() {
        Queued first = add("one");
        Queued second = add("two");
        first.isSafe = false;
        queue.begin(1, 10);
        assertThat(send()).isEmpty();

        queue.remove(first);

        assertThat(send()).containsExactly(second);
    }

    @Test
    void takesNoIdThatIsInUse() {
        Queued one = add("one");

        assertThatIllegalArgumentException().isThrownBy(() -> queue.add(entry(one.id, "two")));
    }

    @Test
    void findsTheOneIdThatIsFree() {
        for (int id = 1; id <= 0xffff; id++) {
            if (id != 777) {
                queue.add(entry(id, "x"));
            }
        }

        assertThat(queue.freeId()).isEqualTo(777);
        assertThat(queue.clear()).hasSize(0xfffe);
        assertThat(queue.size()).isZero();
    }

    private List<Queued> send() {
        List<Queued> sent = new ArrayList<>();
        Queued next;
        while ((next = queue.next(0, new ArrayList<>())) != null) {
            sent.add(next);
        }
        return sent;
    }

    private Queued add(String text) {
        return queue.add(entry(queue.freeId(), text));
    }

    private static Queued entry(int id, String text) {
        var message =
                new Message(
                        "a",
                        TestSession.publication(text, Qos.EXACTLY_ONCE),
                        Origin.HOST,
                        0,
                        0,
                        "");
        var entry = new Queued(id, message, Qos.EXACTLY_ONCE, false, List.of(), null, null);
        entry.isSafe = true;
        return entry;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * Publishes numbers on a channel that it listens to itself, each when the one before has been
 * answered and has arrived: so one that is lost, repeated or out of order is noticed.
 */
final class Talker implements AutoCloseable {

    private final String name;
    private final Client client;
    private final String channel;
    private final Thread thread;
    private volatile int arrived;
    private volatile boolean ends;
    private volatile Throwable wrong;

    private Talker(String name, Client client) {
        this.name = name;
        this.client = client;
        this.channel = "steady/" + name;
        this.thread = new Thread(this::talk, "talker-" + name);
        thread.setDaemon(true);
    }

    /** Connects, subscribes, and goes on talking until it is closed or ended. */
    static Talker begin(String name, Callable<? extends Client> connect) throws Exception {
        var talker = new Talker(name, connect.call());
        if (!(talker.client instanceof EventClient)) { // whose request said so
            assertThat(talker.client.ask("{\"id\":1,\"connect\":{}}")).contains("\"client\"");
        }
        talker.client.say("{\"id\":2,\"subscribe\":{\"channel\":\"" + talker.channel + "\"}}");
        assertThat(talker.client.hear()).contains("\"subscribe\"").doesNotContain("error");
        talker.thread.start();
        return talker;
    }

    String name() {
        return name;
    }

    /** Returns when it has talked on for a while. */
    void awaitProgress() {
        int before = arrived;
        Await.until(
                name + " talks on (" + this + ")",
                () -> {
                    checkNothingWrong();
                    return arrived > before + 10;
                });
    }

    /**
     * Returns when the server has ended it; the code that it gave.
     *
     * @param why what it ends for
     */
    int awaitEnd(String why) throws Exception {
        thread.join(2 * Await.SOON.toMillis());
        assertThat(thread.isAlive()).as(name + " still talks without " + why).isFalse();
        try {
            String last = client.hear(); // what came while it could not be answered any more
            while (last != null) {
                last = client.hear();
            }
        } catch (IOException silent) {
            throw new AssertionError(name + " does not end without " + why, silent);
        }
        return client.endCode();
    }

    void checkNothingWrong() {
        if (wrong != null) {
            throw new AssertionError(name + " was disturbed after " + arrived, wrong);
        }
    }

    private void talk() {
        try {
            for (int number = 0; !ends; number++) {
                exchange(number);
                arrived = number + 1;
            }
        } catch (Exception | AssertionError disturbed) {
            wrong = disturbed;
        }
    }

    private void exchange(int number) throws Exception {
        client.say(
                "{\"id\":7,\"publish\":{\"channel\":\"%s\",\"data\":{\"n\":%d}}}"
                        .formatted(channel, number));
        boolean answered = false;
        boolean heard = false;
        while (!answered || !heard) {
            String message = client.hear();
            assertThat(message).as("instead of " + number).isNotNull();
            if (message.startsWith("{\"id\":7")) {
                assertThat(answered).as("answered twice: " + number).isFalse();
                assertThat(message).doesNotContain("error");
                answered = true;
            } else if (Client.code(message) == 0) {
                assertThat(heard).as("arrived twice: " + number).isFalse();
                assertThat(message).contains("{\"n\":" + number + "}");
                heard = true;
            }
        }
    }

    /** Ends it, which must not have been done by anybody else before. */
    void finish() throws Exception {
        ends = true;
        thread.join(Await.SOON.toMillis());
        checkNothingWrong();
        close();
    }

    @Override
    public void close() throws IOException {
        ends = true;
        client.close(); // what it waits for ends with it
    }

    @Override
    public String toString() {
        return name + ": " + arrived;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.message.Origin;
import dev.orion.message.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.felix.service.command.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door of {@code orion exec}, through real sockets, with the real Gogo runtime. */
class CommandServerTest {

    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration LATER = Duration.ofSeconds(30);

    @TempDir Path home;

    private final FakeRealtime realtime = new FakeRealtime();
    private final Shell shell = new Shell();
    private ExecServer server;

    @BeforeEach
    void start() throws IOException {
        var listeners = new ListenersCommand();
        listeners.network = new FakeNetwork();
        var subscribe = new SubscribeCommand();
        subscribe.realtime = realtime;
        shell.with(listeners).with(subscribe);
        add("fail", () -> new IOException("disk\nfull"));
        add("break", NullPointerException::new);
        server = open(2, LATER);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersWithTheOutputAndZero() throws Exception {
        ExecClient.Answer answer = ExecClient.ask(home, "listeners --json");

        assertThat(answer.out()).startsWith("{\"transport\":\"epoll").endsWith("]}\n");
        assertThat(answer.err()).isEmpty();
        assertThat(answer.code()).isZero();
    }

    @Test
    void formatsTheResultOfALine() throws Exception {
        assertThat(ExecClient.ask(home, "x = 'gr\u00fc\u00df dich *'").out())
                .isEqualTo("gr\u00fc\u00df dich *\n");
        assertThat(ExecClient.ask(home, "").code()).isZero();
    }

    @Test
    void prefersOurCommandsToOthersOfTheSameName() throws Exception {
        Function other = (session, arguments) -> "not ours";
        shell.processor.addCommand("felix", other, "listeners");
        shell.processor.addCommand("gogo", other, "listeners");

        assertThat(ExecClient.ask(home, "listeners").out()).contains("transport: epoll");
    }

    @Test
    void answersAFailureWithItsMessageInOneLineAndOne() throws Exception {
        assertThat(ExecClient.ask(home, "fail"))
                .isEqualTo(new ExecClient.Answer("", "IOException: disk\\nfull\n", 1));
        assertThat(ExecClient.ask(home, "break"))
                .isEqualTo(new ExecClient.Answer("", "NullPointerException\n", 1));
        assertThat(ExecClient.ask(home, "nonsense"))
                .isEqualTo(new ExecClient.Answer("", "Command not found: nonsense\n", 1));
        assertThat(ExecClient.ask(home, "listeners --jsn").err())
                .isEqualTo("unknown option --jsn (usage: listeners [--json])\n");
        assertThat(ExecClient.ask(home, "listeners 'a").err()).hasLineCount(1).contains("quote");
    }

    @Test
    void survivesALineThatIsTooDeepForGogo() throws Exception {
        ExecClient.Answer answer = ExecClient.ask(home, "x " + "(".repeat(60_000));

        assertThat(answer).isEqualTo(new ExecClient.Answer("", "command: nested too deeply\n", 1));
        assertThat(ExecClient.ask(home, "listeners").code()).isZero();
    }

    @Test
    void refusesALineThatIsTooLongOrNotText() throws Exception {
        String expected = "command: (expected: one line of UTF-8, <= 65536 bytes)\n";

        assertThat(ExecClient.ask(home, "x".repeat(200_000)).err()).isEqualTo(expected);
        try (var client = new ExecClient(home)) {
            client.send(client.token() + "\n");
            client.send(new byte[] {(byte) 0xff, '\n'});
            assertThat(client.answer().err()).isEqualTo(expected);
        }
    }

    @Test
    void closesOnAWrongToken() throws Exception {
        for (String wrong : List.of("\n", "0".repeat(64) + "\n", "x".repeat(1_000))) {
            try (var client = new ExecClient(home)) {
                client.send(wrong + "listeners\n");
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void closesASilentClient() throws Exception {
        server.close();
        server = open(2, SOON);

        try (var silent = new ExecClient(home);
                var half = new ExecClient(home)) {
            half.send(half.token() + "\nlisten");
            assertThat(silent.isClosedByServer()).isTrue();
            assertThat(half.isClosedByServer()).isTrue();
        }
    }

    @Test
    void letsACommandTakeLongerThanTheClientMayTakeToSayIt() throws Exception {
        server.close();
        server = open(2, SOON);
        try (var client = new ExecClient(home)) {
            client.send(client.token() + "\nsubscribe chat/room1 --for 400ms\n");
            assertThat(client.answer().code()).isZero();
        }
    }

    @Test
    void printsMessagesAsTheyCome() throws Exception {
        try (var client = new ExecClient(home)) {
            client.send(client.token() + "\nsubscribe chat/room1 --count 2\n");
            assertThat(realtime.subscribed.await(10, SECONDS)).isTrue();

            realtime.receiver.accept(FakeRealtime.message(Payload.json("1"), Origin.HOST));
            assertThat(client.nextOut()).endsWith("host  1\n");
            realtime.receiver.accept(FakeRealtime.message(Payload.text("\u00fc"), Origin.HOST));
            assertThat(client.nextOut()).endsWith("host  \u00fc\n");
            assertThat(client.answer().code()).isZero();
        }
    }

    @Test
    void endsACommandWhoseClientLeaves() throws Exception {
        try (var client = new ExecClient(home)) {
            client.send(client.token() + "\nsubscribe chat/room1\n");
            assertThat(realtime.subscribed.await(10, SECONDS)).isTrue();
        }

        assertThat(realtime.unsubscribed.await(10, SECONDS)).isTrue();
    }

    @Test
    void endsACommandAndClosesItsClientWithTheServer() throws Exception {
        try (var client = new ExecClient(home)) {
            client.send(client.token() + "\nsubscribe chat/room1\n");
            assertThat(realtime.subscribed.await(10, SECONDS)).isTrue();

            server.close();

            assertThat(realtime.unsubscribed.await(10, SECONDS)).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(home.resolve("data/shell.address")).doesNotExist();
        }
    }

    @Test
    void servesAsManyAsAreAllowedAndAgainWhenOneHasLeft() throws Exception {
        var first = new ExecClient(home);
        var second = new ExecClient(home);
        try (first;
                var third = new ExecClient(home)) {
            assertThat(third.isClosedByServer()).isTrue();

            second.close();
            await(() -> ExecClient.ask(home, "listeners").code() == 0);
        }
    }

    @Test
    void canBeLeftOut() throws Exception {
        server.close();
        server = new ExecServer(shell.processor, home, new ExecServer.Settings(false, 16, LATER));

        assertThat(Files.exists(home.resolve("data/shell.address"))).isFalse();
    }

    @Test
    void hasSettingsThatCheckThemselves() {
        assertThatThrownBy(() -> new ExecServer.Settings(true, 0, LATER))
                .hasMessage("maxCommands: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new ExecServer.Settings(true, 1, Duration.ZERO))
                .hasMessage("silentAfter: PT0S (expected: > 0)");
    }

    private ExecServer open(int maxCommands, Duration silentAfter) throws IOException {
        var settings = new ExecServer.Settings(true, maxCommands, silentAfter);
        return new ExecServer(shell.processor, home, settings);
    }

    private void add(String name, java.util.function.Supplier<Exception> failure) {
        Function command =
                (session, arguments) -> {
                    throw failure.get();
                };
        shell.processor.addCommand(ShellCommand.SCOPE, command, name);
    }

    /** Tries again until it holds; each attempt waits for the server's answer. */
    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + SECONDS.toNanos(10);
        var pause = new CountDownLatch(1);
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException refused) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
            assertThat(pause.await(10, java.util.concurrent.TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }
}

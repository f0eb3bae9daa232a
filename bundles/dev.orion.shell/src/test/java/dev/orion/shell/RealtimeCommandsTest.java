// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orion.message.Message;
import dev.orion.message.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealtimeCommandsTest {

    private final FakeRealtime realtime = new FakeRealtime();
    private final ClientsCommand clients = new ClientsCommand();
    private final ChannelsCommand channels = new ChannelsCommand();
    private final PublishCommand publish = new PublishCommand();
    private final Shell shell = new Shell().with(clients).with(channels).with(publish);

    @BeforeEach
    void bind() {
        clients.realtime = realtime;
        channels.realtime = realtime;
        publish.realtime = realtime;
    }

    @Test
    void listsClientsOfAUser() {
        assertThat(shell.run("clients --user alice --json"))
                .isEqualTo(
                        "[{\"id\":\"c1\",\"user\":\"alice\",\"transport\":\"websocket\","
                                + "\"connection\":\"conn_896162d4\",\"channels\":10,"
                                + "\"connected\":\"2025-06-01T19:50:00Z\"}]\n");
        assertThat(shell.run("clients --transport tcp")).contains("c2").doesNotContain("c1 ");
        assertThat(shell.run("clients")).hasLineCount(3);
    }

    @Test
    void disconnectsOneClient() {
        assertThat(shell.run("clients disconnect c1")).isEqualTo("disconnected c1\n");
        assertThat(realtime.disconnected).containsExactly("alice c1 3503");
    }

    @Test
    void saysThatThereIsNoSuchClient() {
        assertThatThrownBy(() -> shell.run("clients disconnect c9"))
                .hasMessage("client: c9 (expected: a client's id)");
    }

    @Test
    void listsChannels() {
        assertThat(shell.run("channels"))
                .isEqualTo(
                        """
                        NAME        KIND       RULES  SUBSCRIBERS  HISTORY  OFFSET  EPOCH
                        chat/room1  public     chat            12      100    1234  e1
                        news        broadcast  news             0        0       0
                        """);
    }

    @ParameterizedTest
    @CsvSource({"chat/#, chat/room1", "chat/+, chat/room1", "+, news", "chat/room1, chat/room1"})
    void listsChannelsOfAPattern(String pattern, String expected) {
        String json = shell.run("channels " + pattern + " --json");

        assertThat(json).contains(expected).containsOnlyOnce("\"name\"");
    }

    @Test
    void publishesWhatIsJsonAsJson() throws Exception {
        String answer = shell.run("publish chat/room1 '{\"text\": \"hi  \\\\ \u00fc\"}'");

        Message message = realtime.published.take();
        assertThat(message.channel()).isEqualTo("chat/room1");
        assertThat(message.payload()).isEqualTo(Payload.json("{\"text\": \"hi  \\\\ \u00fc\"}"));
        assertThat(message.origin().transport()).isEqualTo("shell");
        assertThat(answer).isEqualTo("published to chat/room1 as application/json, offset 7\n");
    }

    @ParameterizedTest
    @CsvSource({"hello world, hello world", "007, 007", "1.10.2, 1.10.2", "nul, nul", "'a b', a b"})
    void publishesTheRestAsText(String typed, String text) throws Exception {
        shell.run("publish news " + typed);

        assertThat(realtime.published.take().payload()).isEqualTo(Payload.text(text));
    }

    @ParameterizedTest
    @CsvSource({"1.10", "1e3", "true", "null", "-7"})
    void publishesScalarsAsTheyWereTyped(String typed) throws Exception {
        shell.run("publish news " + typed);

        assertThat(realtime.published.take().payload()).isEqualTo(Payload.json(typed));
    }

    @Test
    void publishesJsonAsTextWhenAsked() throws Exception {
        String answer = shell.run("publish news --text 1 --json");

        assertThat(realtime.published.take().payload()).isEqualTo(Payload.text("1"));
        assertThat(answer)
                .isEqualTo(
                        "{\"channel\":\"news\",\"contentType\":\"text/plain; charset=utf-8\","
                                + "\"offset\":0,\"epoch\":\"\"}\n");
    }

    @Test
    void refusesJsonWhoseQuotesTheShellHasEaten() {
        assertThatThrownBy(() -> shell.run("publish news {\"text\":\"hi\"}"))
                .hasMessage(
                        "json: byte 1 (expected: a member's name) in {text:hi};"
                                + " put 'single quotes' around JSON, or use --text");
        assertThatThrownBy(() -> shell.run("publish news { \"text\": \"hi\" }"))
                .hasMessageStartingWith("argument 2 is shell code; put 'single quotes' around");
        assertThatThrownBy(() -> shell.run("publish news [1,2]"))
                .hasMessageStartingWith("argument 2 is shell code; put 'single quotes' around");
        assertThat(realtime.published).isEmpty();
    }

    @Test
    void publishesWhatLooksLikeJsonAsTextWhenAsked() throws Exception {
        shell.run("publish news --text '{oh'");

        assertThat(realtime.published.take().payload()).isEqualTo(Payload.text("{oh"));
    }

    @Test
    void saysWhyAPublicationWasRefused() {
        assertThatThrownBy(() -> shell.run("publish closed/a 1")).hasToString("permission denied");
        assertThatThrownBy(() -> shell.run("publish a/# 1"))
                .hasMessageStartingWith("channel: a/# (expected: 1 to 255 bytes");
    }

    @Test
    void saysThatTheManagerIsNotThere() {
        channels.realtime = null;

        assertThatThrownBy(() -> shell.run("channels"))
                .hasMessage("real-time manager: not available (expected: its bundle to be active)");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecClientTest {

    @TempDir Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Path data = Files.createDirectories(home.resolve("data"));
        Files.writeString(
                data.resolve("shell.address"), "127.0.0.1:" + server.getLocalPort() + "\nsecret\n");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void sendsTokenAndCommandAndSortsTheAnswer() throws Exception {
        var question = answer(frame(1, "häl"), frame(2, "oops"), frame(1, "lo"), frame(3, "\1"));

        int code = client().run("say \"ä\"");

        assertThat(question.get(10, TimeUnit.SECONDS)).isEqualTo("secret\nsay \"ä\"\n");
        assertThat(out.toString(UTF_8)).isEqualTo("hällo");
        assertThat(err.toString(UTF_8)).isEqualTo("oops");
        assertThat(code).isEqualTo(1);
    }

    @Test
    void copiesAnswersThatAreLargerThanItsBuffer() throws Exception {
        String large = "0123456789".repeat(10_000);
        answer(frame(1, large), frame(3, "\0"));

        assertThat(client().run("dump")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo(large);
    }

    @Test
    void anAnswerThatBreaksOffIsAFailure() throws Exception {
        answer(frame(1, "half"));

        assertThatThrownBy(() -> client().run("x"))
                .isInstanceOf(IOException.class)
                .hasMessage("Orion ended before the command did");
        assertThat(out.toString(UTF_8)).isEqualTo("half");
    }

    @Test
    void anUnknownFrameIsAFailure() throws Exception {
        answer(frame(9, ""));

        assertThatThrownBy(() -> client().run("x")).hasMessage("answer: unknown frame type 9");
    }

    @Test
    void aFrameOfNegativeLengthIsAFailure() throws Exception {
        answer(new byte[] {1, -1, -1, -1, -1});

        assertThatThrownBy(() -> client().run("x")).hasMessage("answer: a frame of -1 bytes");
    }

    @Test
    void saysThatNobodyRunsWhereThereIsNoAddress() throws Exception {
        Files.delete(home.resolve("data/shell.address"));

        assertThatThrownBy(() -> client().run("x")).hasMessage("no Orion is running in " + home);
    }

    @Test
    void saysThatNobodyRunsWhereTheAddressIsLeftOver() throws Exception {
        server.close();

        assertThatThrownBy(() -> client().run("x")).hasMessage("no Orion is running in " + home);
    }

    @Test
    void connectsToNothingButLoopback() throws Exception {
        Files.writeString(home.resolve("data/shell.address"), "192.0.2.1:80\nsecret\n");

        assertThatThrownBy(() -> client().run("x"))
                .hasMessageEndingWith("expected 127.0.0.1:PORT and a token, a line each");
    }

    private ExecClient client() {
        return new ExecClient(home, out, err);
    }

    /** Answers one client; completes with what it asked. */
    private CompletableFuture<String> answer(byte[]... frames) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (var socket = server.accept()) {
                        var lines =
                                new BufferedReader(
                                        new InputStreamReader(socket.getInputStream(), UTF_8));
                        String question = lines.readLine() + "\n" + lines.readLine() + "\n";
                        for (byte[] frame : frames) {
                            socket.getOutputStream().write(frame);
                        }
                        return question;
                    } catch (IOException failure) {
                        throw new java.io.UncheckedIOException(failure);
                    }
                });
    }

    private static byte[] frame(int type, String body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var frame = new DataOutputStream(bytes);
        frame.writeByte(type);
        frame.writeInt(body.getBytes(UTF_8).length);
        frame.write(body.getBytes(UTF_8));
        return bytes.toByteArray();
    }
}

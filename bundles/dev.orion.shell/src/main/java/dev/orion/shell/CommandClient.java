// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.felix.service.command.CommandProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of {@code orion exec}: shows the token, says a command, is answered in {@link Frames}.
 *
 * <p><b>Ends:</b> after the answer; and when the client closes its side, which ends the command
 * too.
 */
final class CommandClient {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.shell");
    private static final int MAX_TOKEN_BYTES = 128;
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final CommandProcessor processor;
    private final ExecServer.Settings settings;
    private final byte[] token;
    private final Socket socket;
    private final Executor workers;

    CommandClient(
            CommandProcessor processor,
            ExecServer.Settings settings,
            byte[] token,
            Socket socket,
            Executor workers) {
        this.processor = processor;
        this.settings = settings;
        this.token = token;
        this.socket = socket;
        this.workers = workers;
    }

    /** Serves it to its end, on this thread and one more. */
    void talk() throws IOException {
        socket.setTcpNoDelay(true);
        var input = new LineInput(socket, settings.silentAfter());
        if (!showsToken(input)) {
            LOG.atDebug().log("Shell client refused: wrong token");
            return;
        }
        Optional<byte[]> line = input.line(MAX_LINE_BYTES);
        if (line.isEmpty()) {
            return;
        }
        var frames = new Frames(socket.getOutputStream());
        Optional<String> command = utf8(line.get());
        if (line.get().length > MAX_LINE_BYTES || command.isEmpty()) {
            refuse(frames, input);
        } else {
            serve(command.get(), frames, input);
        }
    }

    private boolean showsToken(LineInput input) throws IOException {
        Optional<byte[]> shown = input.line(MAX_TOKEN_BYTES);
        return shown.isPresent() && MessageDigest.isEqual(shown.get(), token);
    }

    private void refuse(Frames frames, LineInput input) throws IOException {
        String reason = "command: (expected: one line of UTF-8, <= " + MAX_LINE_BYTES + " bytes)\n";
        frames.stderr().write(reason.getBytes(StandardCharsets.UTF_8));
        frames.end(1);
        socket.shutdownOutput();
        input.discard(settings.silentAfter()); // closing on unread bytes would lose the answer
    }

    private void serve(String command, Frames frames, LineInput input) throws IOException {
        try (var run = new CommandRun(processor, frames.stdout(), frames.stderr())) {
            workers.execute(() -> answer(run, command, frames));
            input.awaitEnd();
        }
    }

    private void answer(CommandRun run, String command, Frames frames) {
        try (socket) {
            frames.end(run.execute(command));
        } catch (IOException gone) {
            LOG.atDebug().addKeyValue("reason", gone.toString()).log("Shell client left early");
        }
    }

    private static Optional<String> utf8(byte[] line) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }
}

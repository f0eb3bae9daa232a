// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.client.Client;
import dev.orion.client.ClientSpec;
import dev.orion.client.LoneCommands;
import dev.orion.client.Reply;
import dev.orion.client.SilentOutlet;
import dev.orion.message.Headers;
import dev.orion.message.Publication;
import dev.orion.message.Qos;
import dev.orion.net.CloseReason;
import dev.orion.protocol.Connection;
import dev.orion.realtime.HistoryQuery;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.StreamPosition;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Commands without a session: all of them are one anonymous client's, and no answer is longer than
 * its command.
 *
 * <p>An answer that is sent to somebody who takes it for a command is answered with an error at
 * most, and an error with nothing, so two servers never talk to each other for ever. That is why
 * {@code ping}, whose answer looks like its command, is not answered.
 *
 * <p><b>Threads:</b> the event loop of the connection.
 */
final class SoleCommands implements LoneCommands {

    /** Commands that wait for their answers; what comes beyond is dropped. */
    private static final int MAX_WAITING = 1024;

    /** A publication in an answer is not shorter: {@code {"data":1},}. */
    private static final int SHORTEST_PUBLICATION = 11;

    private final CentrifugeProtocol protocol;
    private final CommandReader reader;
    private final Connection connection;
    private final String transport;

    private Optional<Client> client = Optional.empty(); // opened for the first command
    private int waiting;
    private boolean closed;

    SoleCommands(
            CentrifugeProtocol protocol,
            CommandReader reader,
            Connection connection,
            String transport) {
        this.protocol = protocol;
        this.reader = reader;
        this.connection = connection;
        this.transport = transport;
    }

    @Override
    public void receive(ByteBuf command, Consumer<ByteBuf> answer) {
        if (closed || waiting >= MAX_WAITING) {
            return;
        }
        byte[] bytes = ByteBufUtil.getBytes(command);
        if (Utf8.isValid(bytes, 0, bytes.length)) {
            dispatch(reader.read(bytes, 0, end(bytes)), new Asker(bytes.length, answer));
        }
    }

    @Override
    public void close() {
        closed = true;
        client.ifPresent(Client::close);
        client = Optional.empty();
    }

    /** Without a line break that somebody's tool has put behind it. */
    private static int end(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        return end;
    }

    private void dispatch(Command command, Asker asker) {
        long id = command.id;
        switch (command.kind) {
            case MALFORMED, PONG, PING -> {
                // nothing that could be answered
            }
            case RPC -> asker.refuse(id, Refusal.METHOD_NOT_FOUND);
            case PUBLISH, PRESENCE, PRESENCE_STATS, HISTORY -> {
                if (command.channel.isEmpty()) {
                    asker.refuse(id, Refusal.BAD_REQUEST);
                } else {
                    ofChannel(command, asker);
                }
            }
            default -> asker.refuse(id, Refusal.NOT_AVAILABLE); // there is no session
        }
    }

    private void ofChannel(Command command, Asker asker) {
        long id = command.id;
        if (command.kind == Command.Kind.PUBLISH) {
            publish(command, asker);
        } else if (id > 0) { // else nobody wants to know
            switch (command.kind) {
                case PRESENCE ->
                        client().presence(
                                        command.channel,
                                        new Answer<>(asker, id, ReplyJson::presence));
                case PRESENCE_STATS ->
                        client().presenceStats(
                                        command.channel,
                                        new Answer<>(asker, id, ReplyJson::presenceStats));
                default ->
                        client().history(
                                        command.channel,
                                        query(command, asker),
                                        new Answer<>(asker, id, ReplyJson::history));
            }
        }
    }

    private void publish(Command command, Asker asker) {
        if (command.type != 0) {
            asker.refuse(command.id, Refusal.NOT_AVAILABLE); // map channels
        } else if (!command.hasData()) {
            asker.refuse(command.id, Refusal.BAD_REQUEST);
        } else {
            // Who wants no answer does not ask for more than the wire promises.
            Publication publication =
                    command.id > 0
                            ? Publication.of(command.data())
                            : new Publication(
                                    command.data(),
                                    Headers.NONE,
                                    Qos.AT_MOST_ONCE,
                                    false,
                                    Optional.empty(),
                                    Optional.empty(),
                                    false);
            client().publish(
                            command.channel,
                            publication,
                            new Answer<>(asker, command.id, ReplyJson::published));
        }
    }

    /** No more than can be in the answer, so that a few bytes do not cost the work of many. */
    private HistoryQuery query(Command command, Asker asker) {
        int most = Math.min(protocol.settings().maxHistory(), asker.room / SHORTEST_PUBLICATION);
        int limit = command.limit < 0 || command.limit > most ? most : (int) command.limit;
        Optional<StreamPosition> since =
                command.since
                        ? Optional.of(new StreamPosition(command.sinceOffset, command.sinceEpoch))
                        : Optional.empty();
        return new HistoryQuery(limit, since, command.reverse);
    }

    private Client client() {
        if (client.isEmpty()) {
            var spec = new ClientSpec("", Set.of(), transport, connection.id());
            client =
                    Optional.of(
                            protocol.clients()
                                    .open(
                                            spec,
                                            new SilentOutlet(connection.channel(), this::ended)));
        }
        return client.get();
    }

    /** The server has ended the client; the next command is another one's. */
    private void ended(CloseReason reason) {
        client.ifPresent(Client::close);
        client = Optional.empty();
    }

    /** Appends a reply to a buffer, which it borrows. */
    private interface Encoder<T> {
        void encode(long id, T value, ByteBuf out);
    }

    /** Who has asked, and how many bytes it asked with. */
    private final class Asker {

        private final int room;
        private final Consumer<ByteBuf> answer;

        Asker(int room, Consumer<ByteBuf> answer) {
            this.room = room;
            this.answer = answer;
        }

        <T> void reply(long id, T value, Encoder<T> encoder) {
            if (id == 0 || closed) {
                return;
            }
            ByteBuf out = connection.channel().alloc().buffer(Math.min(room, 1024));
            encoder.encode(id, value, out);
            if (out.readableBytes() > room) {
                out.clear();
                ReplyJson.error(id, Refusal.LIMIT_EXCEEDED, out);
            }
            if (out.readableBytes() > room) {
                out.release();
            } else {
                answer.accept(out);
            }
        }

        void refuse(long id, Refusal refusal) {
            reply(id, refusal, ReplyJson::error);
        }
    }

    /** Writes the client's answer to one command. */
    private final class Answer<T> implements Reply<T> {

        private final Asker asker;
        private final long id;
        private final Encoder<T> encoder;

        Answer(Asker asker, long id, Encoder<T> encoder) {
            this.asker = asker;
            this.id = id;
            this.encoder = encoder;
            waiting++;
        }

        @Override
        public void done(T value) {
            waiting--;
            asker.reply(id, value, encoder);
        }

        @Override
        public void refused(Refusal refusal) {
            waiting--;
            asker.refuse(id, refusal);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Reading;
import dev.orion.protocol.grpc.GrpcConnection.Caller;
import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that is answered here.
 *
 * <p>While the peer does not read what it is answered, its next messages are not read either.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class ServerCall implements StreamCall {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.grpc");
    private static final int PREFIX_BYTES = 5;

    private final GrpcConnection connection;
    private final Connection stream;
    private final Http2Headers metadata;
    private final Deadline deadline = new Deadline(this::timedOut);
    private MessageReader reader;
    private Method.Answering answering;
    private boolean isRequestComplete;
    private boolean isEndTold;
    private boolean isHeadWritten;
    private boolean isOver;
    private boolean holding; // reading is paused because the answer is not read

    ServerCall(GrpcConnection connection, Connection stream, Http2Headers metadata) {
        this.connection = connection;
        this.stream = stream;
        this.metadata = metadata;
    }

    void begin(Method method, long timeoutMs) {
        if (timeoutMs == 0) {
            end(Status.DEADLINE_EXCEEDED);
            return;
        }
        if (timeoutMs > 0) {
            connection.loop().deadlines.schedule(deadline, timeoutMs);
        }
        guarded(
                () -> {
                    reader = newReader();
                    answering = method.begin(this);
                });
    }

    private MessageReader newReader() {
        CharSequence encoding = metadata.get(GrpcFields.ENCODING);
        boolean isGzip = encoding != null && encoding.toString().equals("gzip");
        if (encoding != null && !isGzip && !GrpcFields.IDENTITY.contentEquals(encoding)) {
            throw new StatusException(Code.UNIMPLEMENTED, "unknown grpc-encoding " + encoding);
        }
        return new MessageReader(connection.protocol().settings().maxMessageBytes(), isGzip);
    }

    // What the methods need

    GrpcConnection connection() {
        return connection;
    }

    GrpcProtocol protocol() {
        return connection.protocol();
    }

    /** One stream of the connection; bytes that are written to it are the answer's. */
    Connection stream() {
        return stream;
    }

    boolean isOver() {
        return isOver;
    }

    /** A field of the call; empty where there is none. */
    String metadata(CharSequence name) {
        CharSequence value = metadata.get(name);
        return value == null ? "" : value.toString();
    }

    /** Who calls: a key in {@code x-api-key}, or in {@code authorization} as a bearer's. */
    Caller caller() {
        String key = metadata("x-api-key");
        if (!key.isEmpty()) {
            return connection.caller(key);
        }
        String authorization = metadata("authorization");
        if (authorization.isEmpty()) {
            return connection.caller("");
        }
        String[] parts = authorization.trim().split("\\s+");
        if (parts.length != 2
                || !(parts[0].equalsIgnoreCase("bearer") || parts[0].equalsIgnoreCase("apikey"))) {
            throw new StatusException(Code.UNAUTHENTICATED, "invalid authorization");
        }
        return connection.caller(parts[1]);
    }

    // The request

    @Override
    public void data(Http2DataFrame frame) {
        try {
            if (!isOver) {
                reader.add(channel().alloc(), frame.content());
            }
            isRequestComplete |= frame.isEndStream();
        } finally {
            frame.release();
        }
        read();
    }

    @Override
    public void endOfRequest() {
        isRequestComplete = true;
        read();
    }

    @Override
    public void resumed() {
        read();
    }

    /** Hands on what there is, until somebody wants no more. */
    private void read() {
        guarded(
                () -> {
                    byte[] message;
                    while (!isOver && !mustWait() && (message = reader.next()) != null) {
                        answering.message(message);
                    }
                    if (!isOver && isRequestComplete && !mustWait() && !isEndTold) {
                        isEndTold = true;
                        if (reader.isInMessage()) {
                            throw new StatusException(Code.INTERNAL, "request ends in a message");
                        }
                        answering.end();
                    }
                });
    }

    private boolean mustWait() {
        hold(!channel().isWritable());
        return Reading.isPaused(channel());
    }

    private void hold(boolean frames) {
        if (frames == holding) {
            return;
        }
        holding = frames;
        if (holding) {
            Reading.pause(channel());
        } else {
            Reading.resume(channel());
        }
    }

    @Override
    public void writabilityChanged() {
        if (!isOver && holding && channel().isWritable()) {
            hold(false); // and Reading.RESUMED comes
        }
    }

    @Override
    public void reset(long code) {
        close();
    }

    @Override
    public void gone() {
        close();
    }

    @Override
    public void goAway() {
        if (!isOver && answering != null) {
            guarded(answering::goAway);
        }
    }

    private void timedOut() {
        end(Status.DEADLINE_EXCEEDED);
    }

    // The answer

    /** Sends the head, so that the peer knows that it is heard; else the first message does. */
    void writeHead() {
        if (!isOver && !isHeadWritten) {
            isHeadWritten = true;
            channel()
                    .write(
                            new DefaultHttp2HeadersFrame(GrpcFields.head(), false),
                            channel().voidPromise());
            TurnFlush.of(channel()).wrote();
        }
    }

    /** Sends a message. */
    void write(MessageLite message) {
        if (isOver) {
            return;
        }
        writeHead();
        channel()
                .write(
                        new DefaultHttp2DataFrame(frame(message, channel())),
                        channel().voidPromise());
        TurnFlush.of(channel()).wrote();
    }

    /** Sends the one message of an answer. */
    void answer(MessageLite message) {
        write(message);
        end(Status.OK);
    }

    void refuse(Refusal refusal) {
        end(Status.of(refusal));
    }

    /** Ends the call. Calling it again does nothing. */
    void end(Status status) {
        if (isOver) {
            return;
        }
        boolean isOnly = !isHeadWritten;
        close();
        CallHandler.write(channel(), GrpcFields.end(status, isOnly), isRequestComplete);
        TurnFlush.of(channel()).wrote();
    }

    /** Answers with what a stage gives, on the call's own event loop. */
    <T> void answer(CompletionStage<T> stage, Consumer<T> then) {
        stage.whenComplete(
                (value, failure) -> {
                    if (channel().eventLoop().inEventLoop()) {
                        completed(value, failure, then);
                    } else {
                        channel().eventLoop().execute(() -> completed(value, failure, then));
                    }
                });
    }

    private <T> void completed(T value, Throwable failure, Consumer<T> then) {
        if (failure == null) {
            guarded(() -> then.accept(value));
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof RefusedException refused) {
            refuse(refused.refusal());
        } else {
            failed(cause);
        }
    }

    /** Runs what is a method's own: what it throws ends this call only. */
    void guarded(Runnable action) {
        try {
            action.run();
        } catch (StatusException ends) {
            end(ends.status());
        } catch (RuntimeException bug) { // a border: other calls go on
            failed(bug);
        }
    }

    private void failed(Throwable bug) {
        LOG.atError()
                .setCause(bug)
                .addKeyValue("connection_id", stream.id())
                .addKeyValue("path", String.valueOf(metadata.path()))
                .log("gRPC call failed");
        end(Status.INTERNAL);
    }

    /** Lets go of everything; what has been written still goes out. */
    private void close() {
        if (isOver) {
            return;
        }
        isOver = true;
        connection.loop().deadlines.cancel(deadline);
        if (reader != null) {
            reader.release();
        }
        hold(false);
        if (answering != null) {
            guarded(answering::over);
        }
    }

    private Channel channel() {
        return stream.channel();
    }

    /** A message with its prefix. <b>Buffer:</b> returns retained. */
    static ByteBuf frame(MessageLite message, Channel channel) {
        int length = message.getSerializedSize();
        ByteBuf out = channel.alloc().buffer(PREFIX_BYTES + length);
        append(message, length, out);
        return out;
    }

    /** Appends a message with its prefix. <b>Buffer:</b> borrows {@code out}. */
    static void append(MessageLite message, int length, ByteBuf out) {
        out.ensureWritable(PREFIX_BYTES + length);
        out.writeByte(0);
        out.writeInt(length);
        int at = out.writerIndex();
        try {
            var coded = CodedOutputStream.newInstance(out.nioBuffer(at, length));
            message.writeTo(coded);
            coded.flush();
        } catch (IOException full) {
            throw new UncheckedIOException(full); // it has the room that it asked for
        }
        out.writerIndex(at + length);
    }
}

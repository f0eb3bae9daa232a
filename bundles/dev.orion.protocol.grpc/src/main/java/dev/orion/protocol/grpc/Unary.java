// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.function.BiConsumer;

/**
 * A method that takes one message.
 *
 * @param request reads it
 * @param then answers, now or later
 */
record Unary<T extends MessageLite>(Parser<T> request, BiConsumer<ServerCall, T> then)
        implements Method {

    @Override
    public Answering begin(ServerCall call) {
        return new One<>(this, call);
    }

    /** Reads a message; one that is none ends the call. */
    static <T> T parse(Parser<T> parser, byte[] message) {
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException malformed) {
            throw new StatusException(Code.INTERNAL, "malformed message");
        }
    }

    private static final class One<T extends MessageLite> implements Answering {

        private final Unary<T> method;
        private final ServerCall call;
        private T request;

        One(Unary<T> method, ServerCall call) {
            this.method = method;
            this.call = call;
        }

        @Override
        public void message(byte[] message) {
            if (request != null) {
                throw new StatusException(Code.INTERNAL, "more than one message");
            }
            request = parse(method.request(), message);
        }

        @Override
        public void end() {
            if (request == null) {
                throw new StatusException(Code.INTERNAL, "no message");
            }
            method.then().accept(call, request);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.realtime.Refusal;
import dev.orion.realtime.RefusedException;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * What one call of the server API is answered with: a result or a refusal.
 *
 * @param result appends the result to a buffer, which it borrows; does nothing for a refusal
 */
record ApiAnswer(Optional<Refusal> refusal, Consumer<ByteBuf> result) {

    static final ApiAnswer DONE = of(out -> Json.raw("{}", out));

    static ApiAnswer of(Consumer<ByteBuf> result) {
        return new ApiAnswer(Optional.empty(), result);
    }

    static ApiAnswer refused(Refusal refusal) {
        return new ApiAnswer(Optional.of(refusal), out -> {});
    }

    /** The answer to a call that failed; a failure that is not a refusal is a bug, and logged. */
    static ApiAnswer failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof RefusedException refused) {
            return refused(refused.refusal());
        }
        LoggerFactory.getLogger("dev.orion.protocol.centrifuge")
                .atError()
                .setCause(cause)
                .log("Server API call failed");
        return refused(Refusal.INTERNAL);
    }

    /** Appends {@code {"result":…}} or {@code {"error":…}}. */
    void write(ByteBuf out) {
        writeAs("result", out);
    }

    /** Appends {@code {"NAME":…}} or {@code {"error":…}}. */
    void writeAs(String name, ByteBuf out) {
        if (refusal.isPresent()) {
            Json.raw("{\"error\":", out);
            error(refusal.get(), text(refusal.get()), out);
        } else {
            Json.raw("{\"", out);
            Json.raw(name, out);
            Json.raw("\":", out);
            result.accept(out);
        }
        out.writeByte('}');
    }

    /** The server API says it in other words than the client protocol. */
    static String text(Refusal refusal) {
        return refusal == Refusal.METHOD_NOT_FOUND ? "not found" : refusal.text();
    }

    static void error(Refusal refusal, String text, ByteBuf out) {
        Json.raw("{\"code\":", out);
        Json.number(refusal.code(), out);
        Json.raw(",\"message\":", out);
        Json.string(text, out);
        out.writeByte('}');
    }
}

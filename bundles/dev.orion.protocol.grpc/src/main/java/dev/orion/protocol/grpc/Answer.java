// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.client.Reply;
import dev.orion.realtime.Refusal;
import java.util.function.Consumer;

/** Takes the answer to what a call asked of its client. */
record Answer<T>(ServerCall call, Consumer<T> then) implements Reply<T> {

    @Override
    public void done(T value) {
        call.guarded(() -> then.accept(value));
    }

    @Override
    public void refused(Refusal refusal) {
        call.refuse(refusal);
    }
}

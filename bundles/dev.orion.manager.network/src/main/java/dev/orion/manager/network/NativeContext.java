// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;

/**
 * A context of BoringSSL that whoever has it may use without counting: its memory is given back
 * when nobody can reach it any more and the last engine of it has ended.
 *
 * <p>Engines hold a count of what is inside from their first moment to their release by the
 * pipeline, so they neither need this object nor a finalizer of their own.
 */
final class NativeContext extends DelegatingSslContext {

    private static final AtomicInteger LIVING = new AtomicInteger();

    private NativeContext(ReferenceCountedOpenSslServerContext counted) {
        super(counted);
    }

    /**
     * @param counted is released by this from now on
     */
    static NativeContext of(ReferenceCountedOpenSslServerContext counted, Cleaner cleaner) {
        var context = new NativeContext(counted);
        LIVING.incrementAndGet();
        cleaner.register(
                context,
                () -> {
                    counted.release();
                    LIVING.decrementAndGet();
                });
        return context;
    }

    /** How many have not been given back. */
    static int living() {
        return LIVING.get();
    }

    /** Comes when the engine has its count; until then this object must be reachable. */
    @Override
    @SuppressWarnings("ReachabilityFenceUsage") // what it is the end of began in newEngine
    protected void initEngine(SSLEngine engine) {
        Reference.reachabilityFence(this);
    }
}

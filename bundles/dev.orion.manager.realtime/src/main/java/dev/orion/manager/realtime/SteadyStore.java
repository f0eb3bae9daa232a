// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.store.Batch;
import dev.orion.store.RecordReader;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as the real-time manager sees it: it stays while the store's bundle is replaced. What
 * is written meanwhile waits for the new one, so its publishers wait for their answers, and nobody
 * loses a connection.
 *
 * <p>The manager begins anew when what it has in memory is not what a store has: when the first
 * store comes late, when another one comes (each carries a mark of its own), and when none comes
 * within {@value #PATIENCE_SECONDS} s.
 *
 * <p><b>Threads:</b> any.
 */
@Component(service = SteadyStore.class)
public final class SteadyStore implements Store {

    static final int PATIENCE_SECONDS = 10;

    private static final String TABLE = "realtime.store";
    private static final byte[] KEY = "id".getBytes(StandardCharsets.US_ASCII);

    private static final Logger LOG = LoggerFactory.getLogger("agent.realtime_manager");

    private final Executor later;
    private final Runnable beginAnew;
    private final HeldWrites writes = new HeldWrites();

    // under the lock of this
    private Store current;
    private String mark = ""; // of the store that the manager has begun with; empty for none
    private boolean begun;
    private boolean closed;
    private int absences;

    @Activate
    public SteadyStore(ComponentContext context) {
        this(
                CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS),
                () -> {
                    String manager = RealtimeComponent.class.getName();
                    context.disableComponent(manager);
                    context.enableComponent(manager);
                });
    }

    /**
     * For tests.
     *
     * @param later runs what it is given when patience ends
     * @param beginAnew lets the manager end and begin
     */
    SteadyStore(Executor later, Runnable beginAnew) {
        this.later = later;
        this.beginAnew = beginAnew;
    }

    /** Begins a life of the manager: the store is what it reads now and writes to from now on. */
    synchronized Optional<Store> begin() {
        begun = true;
        if (current == null) {
            writes.giveUp();
            mark = "";
            return Optional.empty();
        }
        writes.use(current);
        return Optional.of(this);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStore(Store store) {
        String found = markOf(store);
        boolean isOther;
        synchronized (this) {
            isOther = begun && !found.equals(mark);
            absences++;
            current = store;
            mark = found;
            if (isOther) {
                writes.giveUp(); // what waits, and what the ending manager writes, is not for it
            } else if (begun) {
                writes.use(store);
            }
        }
        if (isOther) {
            LOG.atInfo().log("Real-time manager begins anew with another store");
            beginAnew.run();
        }
    }

    /** The manager has ended before; nobody writes any more. */
    @Deactivate
    synchronized void close() {
        closed = true;
        writes.giveUp();
    }

    void unbindStore(Store store) {
        int absence;
        synchronized (this) {
            if (closed || current != store) {
                return; // it is over, or another has taken its place
            }
            current = null;
            writes.leave(store);
            absence = ++absences;
        }
        later.execute(() -> giveUp(absence));
    }

    @Override
    public void load(String table, RecordReader each) {
        Store store;
        synchronized (this) {
            store = current;
        }
        if (store == null) {
            throw new StoreException(StoreException.Reason.CLOSED, "store: has ended");
        }
        store.load(table, each);
    }

    @Override
    public CompletionStage<Void> write(Batch batch) {
        return writes.write(batch);
    }

    private void giveUp(int absence) {
        synchronized (this) {
            if (closed || absence != absences || !begun || mark.isEmpty()) {
                return; // one has come, or the manager has begun without
            }
            writes.giveUp();
            mark = "";
        }
        LOG.atWarn()
                .addKeyValue("waited_s", PATIENCE_SECONDS)
                .log("Store has gone, real-time manager begins anew without it");
        beginAnew.run();
    }

    /** Tells one store from another, also after it was emptied. */
    private static String markOf(Store store) {
        var found = new AtomicReference<String>();
        try {
            store.load(
                    TABLE, (key, value) -> found.set(new String(value, StandardCharsets.US_ASCII)));
            if (found.get() == null) {
                found.set(UUID.randomUUID().toString());
                byte[] value = found.get().getBytes(StandardCharsets.US_ASCII);
                store.write(Batch.builder().put(TABLE, KEY, value).build());
            }
            return found.get();
        } catch (StoreException broken) {
            LOG.atError().setCause(broken).log("Store cannot be read");
            return UUID.randomUUID().toString(); // no other has it
        }
    }
}

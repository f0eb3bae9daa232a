// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.Batch;
import dev.orion.store.StoreException;
import dev.orion.store.StoreException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the log: takes everything that waits, writes it at once, tells the callers.
 *
 * <p><b>Ends:</b> {@link #close} returns when everything that was accepted is written.
 */
final class Writer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.store.log");
    private static final int GROUP_BYTES = 1024 * 1024;
    private static final Duration COMPACTION_PAUSE = Duration.ofMillis(100);
    private static final long FOREVER = Long.MAX_VALUE;

    // any thread
    private final WorkQueue waiting = new WorkQueue();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger readers = new AtomicInteger();
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile boolean parked;

    private final LogStore.Settings settings;
    private final Thread thread;

    // the store's thread
    private final SegmentLog log;
    private final Compaction compaction;
    private final List<Work.Write> group = new ArrayList<>();
    private StoreException failure;
    private long lastSync = System.nanoTime();

    Writer(LogStore.Settings settings, Folder folder) {
        this.settings = settings;
        this.log = new SegmentLog(settings, folder);
        this.compaction = new Compaction(log, COMPACTION_PAUSE);
        this.thread = new Thread(this::run, "orion-store");
        thread.setDaemon(true);
        thread.start();
    }

    CompletableFuture<Void> write(Batch batch) {
        var result = new CompletableFuture<Void>();
        int bytes = batch.bytes();
        long before = waitingBytes.getAndAdd(bytes);
        if (before > 0 && before + bytes > settings.maxWaitingBytes()) {
            waitingBytes.addAndGet(-bytes);
            result.completeExceptionally(
                    new StoreException(
                            Reason.BUSY, "store: " + before + " bytes wait to be written"));
        } else {
            submit(new Work.Write(batch, result));
        }
        return result;
    }

    /** Asks for the records of a table; {@link #readerDone} must follow what it completes with. */
    CompletableFuture<Work.Snapshot> look(String table) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("load on the thread of the store, which it waits for");
        }
        var result = new CompletableFuture<Work.Snapshot>();
        submit(new Work.Look(table, result));
        return result;
    }

    void readerDone() {
        readers.decrementAndGet();
        wake();
    }

    private void submit(Work work) {
        if (closing) {
            refuse(work);
            return;
        }
        waiting.add(work);
        if (ended) {
            refuseAll();
        } else {
            wake();
        }
    }

    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void refuse(Work work) {
        forget(work);
        work.result().completeExceptionally(new StoreException(Reason.CLOSED, "store: has ended"));
    }

    private void refuseAll() {
        for (Work work = waiting.take(); work != null; work = waiting.take()) {
            refuse(work);
        }
    }

    private void forget(Work work) {
        if (work instanceof Work.Write write) {
            waitingBytes.addAndGet(-write.batch().bytes());
        }
    }

    private void run() {
        try {
            open();
            boolean more = true;
            while (more || !closing || !waiting.isEmpty()) {
                more = turn();
                if (!more) {
                    park();
                }
            }
        } finally {
            log.close();
            ended = true;
            group.forEach(this::refuse); // none, unless this thread failed
            refuseAll();
        }
    }

    private void open() {
        try {
            log.open();
        } catch (IOException | RuntimeException fault) {
            failure = new StoreException(Reason.BROKEN, "store: cannot be read: " + fault, fault);
            LOG.atError()
                    .addKeyValue("folder", settings.folder())
                    .addKeyValue("reason", fault)
                    .log("Store cannot be read, everything is refused");
        }
    }

    /** Returns whether there is more to do at once. */
    private boolean turn() {
        boolean worked = work();
        if (failure != null || closing) {
            return worked;
        }
        boolean compacted = compaction.step(readers.get() == 0);
        if (log.isUnsynced() && syncIsDue()) {
            sync();
        }
        return worked || compacted;
    }

    private boolean work() {
        waiting.takeWrites(group, GROUP_BYTES);
        if (!group.isEmpty()) {
            writeGroup();
            group.clear();
            return true;
        }
        Work.Look look = waiting.takeLook();
        if (look != null) {
            answer(look);
        }
        return look != null;
    }

    private void writeGroup() {
        StoreException fault = failure == null ? append() : failure;
        for (Work.Write write : group) {
            forget(write);
            if (fault == null) {
                write.result().complete(null);
            } else {
                write.result().completeExceptionally(fault);
            }
        }
    }

    private StoreException append() {
        List<Batch> batches = new ArrayList<>(group.size());
        for (Work.Write write : group) {
            if (!write.batch().changes().isEmpty()) {
                batches.add(write.batch());
            }
        }
        try {
            if (!batches.isEmpty()) {
                log.append(batches);
            }
            return null;
        } catch (IOException fault) {
            StoreException told = Faults.of("store " + settings.folder(), fault);
            LOG.atDebug().addKeyValue("reason", fault).log("Store refused a batch");
            return told;
        } catch (RuntimeException | OutOfMemoryError fault) {
            LOG.error("Store failed to write", fault);
            return new StoreException(Reason.BROKEN, "store: " + fault, fault);
        }
    }

    private void answer(Work.Look look) {
        if (failure != null) {
            look.result().completeExceptionally(failure);
            return;
        }
        Index.Table table = log.index().table(look.table());
        readers.incrementAndGet();
        look.result().complete(new Work.Snapshot(table.entries(), table.name.length));
    }

    private boolean syncIsDue() {
        return System.nanoTime() - lastSync >= settings.syncInterval().toNanos();
    }

    private void sync() {
        lastSync = System.nanoTime();
        try {
            log.sync();
        } catch (IOException fault) {
            LOG.atError()
                    .addKeyValue("folder", settings.folder())
                    .addKeyValue("reason", fault)
                    .log("Store could not be synced, a loss of power may cost what it holds");
        }
    }

    private void park() {
        parked = true;
        if (waiting.isEmpty() && !closing) {
            long nanos = parkNanos();
            if (nanos == FOREVER) {
                LockSupport.park(this);
            } else if (nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
        }
        parked = false;
    }

    private long parkNanos() {
        long nanos = FOREVER;
        if (failure != null) {
            return nanos;
        }
        if (log.isUnsynced()) {
            nanos = settings.syncInterval().toNanos() - (System.nanoTime() - lastSync);
        }
        return compaction.isPending() ? Math.min(nanos, COMPACTION_PAUSE.toNanos()) : nanos;
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

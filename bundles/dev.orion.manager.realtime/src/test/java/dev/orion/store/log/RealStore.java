// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.store.Store;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;

/** Opens the store of the product for tests of its users; in its package to get at it. */
public final class RealStore implements AutoCloseable {

    private final LogStore store;

    public RealStore(Path folder) {
        var settings =
                new LogStore.Settings(
                        folder, 64 * 1024, LogStore.Sync.NEVER, Duration.ofSeconds(1), 64 << 20);
        store = new LogStore(settings, FileChannel::open);
    }

    public Store store() {
        return store;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}

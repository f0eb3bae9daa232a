// SPDX-License-Identifier: Apache-2.0
package dev.orion.store.log;

import dev.orion.configuration.Durations;
import dev.orion.store.Batch;
import dev.orion.store.RecordReader;
import dev.orion.store.Store;
import dev.orion.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Keeps records in segment files that only grow at their end. */
@Component(configurationPid = LogStore.PID)
@Designate(ocd = LogStore.Config.class)
public final class LogStore implements Store {

    static final String PID = "dev.orion.store.log";

    @ObjectClassDefinition(name = "Store")
    @interface Config {

        @AttributeDefinition(
                description = "Where the files are; a relative path begins in data/ of the home.")
        String folder() default "store";

        @AttributeDefinition(
                min = "65536",
                max = "1073741824",
                description = "How long a file grows before the next one begins.")
        int segmentBytes() default 16 * 1024 * 1024;

        @AttributeDefinition(
                options = {
                    @Option(label = "before anything is acknowledged", value = "always"),
                    @Option(label = "every syncInterval", value = "interval"),
                    @Option(label = "when the system likes to", value = "never")
                },
                description = "When what was written also survives the end of the machine.")
        String sync() default "interval";

        @AttributeDefinition(description = "How often to sync where sync is interval.")
        String syncInterval() default "1s";

        @AttributeDefinition(
                min = "1",
                description = "How much may wait to be written before more is refused.")
        long maxWaitingBytes() default 64 * 1024 * 1024;
    }

    /** When files are forced to the disk. */
    enum Sync {
        ALWAYS,
        INTERVAL,
        NEVER
    }

    record Settings(
            Path folder, int segmentBytes, Sync sync, Duration syncInterval, long maxWaitingBytes) {

        Settings {
            if (segmentBytes < 1) {
                throw new IllegalArgumentException(
                        "segmentBytes: " + segmentBytes + " (expected: > 0)");
            }
            if (syncInterval.isNegative() || syncInterval.isZero()) {
                throw new IllegalArgumentException(
                        "syncInterval: " + syncInterval + " (expected: > 0)");
            }
        }

        static Settings of(String home, Config config) {
            if (home == null) {
                throw new IllegalStateException("orion.home: not set (expected: a folder)");
            }
            return new Settings(
                    Path.of(home, "data").resolve(config.folder()).toAbsolutePath().normalize(),
                    config.segmentBytes(),
                    Sync.valueOf(config.sync().toUpperCase(Locale.ROOT)),
                    Durations.parse(config.syncInterval()),
                    config.maxWaitingBytes());
        }
    }

    private final Folder folder;
    private final Writer writer;

    @Activate
    public LogStore(BundleContext context, Config config) {
        this(Settings.of(context.getProperty("orion.home"), config), FileChannel::open);
    }

    LogStore(Settings settings, Folder.Opener opener) { // for tests
        folder = Folder.open(settings.folder(), opener);
        writer = new Writer(settings, folder);
    }

    @Deactivate
    void close() throws IOException {
        writer.close();
        folder.close();
    }

    @Override
    public CompletionStage<Void> write(Batch batch) {
        return writer.write(batch);
    }

    @Override
    public void load(String table, RecordReader each) {
        Work.Snapshot snapshot = look(table);
        try (var loading = new Loading(folder)) {
            loading.read(snapshot.entries(), snapshot.nameLength(), each);
        } catch (IOException fault) {
            throw Faults.of("store " + folder.path(), fault);
        } finally {
            writer.readerDone();
        }
    }

    private Work.Snapshot look(String table) {
        try {
            return writer.look(table).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StoreException told) {
                throw told;
            }
            throw failed;
        }
    }
}

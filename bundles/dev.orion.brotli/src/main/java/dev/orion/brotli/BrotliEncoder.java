// SPDX-License-Identifier: Apache-2.0
package dev.orion.brotli;

import com.aayushatharva.brotli4j.encoder.Encoder;
import dev.orion.http.ContentEncoder;
import dev.orion.http.Encodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes br (RFC 7932) with Google's library.
 *
 * <p>It is made when somebody asks for br first. A thread of its own loads the library then, which
 * takes too long for an event loop.
 *
 * <p><b>Threads:</b> any.
 */
@Component
@Encodes("br")
public final class BrotliEncoder implements ContentEncoder {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.brotli");

    /** Of 0 to 11. What each costs and brings is in decision 29. */
    private static final int QUALITY = 5;

    /** A window of 2 to the power of this, 256 KiB, is as much as most that is encoded. */
    private static final int WINDOW_BITS = 18;

    private final Runnable library;
    private final Thread loader = new Thread(this::load, "orion-brotli");
    private volatile boolean isLoaded;

    @Activate
    public BrotliEncoder() {
        this(() -> System.loadLibrary("brotli"));
        loader.start();
    }

    /** For tests, which start it. */
    BrotliEncoder(Runnable library) {
        this.library = library;
        loader.setDaemon(true);
    }

    @Deactivate
    void close() {
        try {
            loader.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<byte[]> encode(byte[] content) {
        return isLoaded ? Optional.of(compress(content)) : Optional.empty();
    }

    Thread loader() {
        return loader;
    }

    /** Loads the library, and by a trial all classes: none is looked for on an event loop. */
    private void load() {
        try {
            library.run();
            compress(new byte[1000]);
            isLoaded = true;
            log.atDebug().log("br is made from now on");
        } catch (LinkageError | RuntimeException unavailable) {
            log.atWarn()
                    .addKeyValue("cause", unavailable.getMessage())
                    .log("br is not available, gzip is sent");
        }
    }

    private static byte[] compress(byte[] content) {
        try {
            return Encoder.compress(content, Encoder.Parameters.create(QUALITY, WINDOW_BITS));
        } catch (IOException failed) { // as without memory
            throw new UncheckedIOException(failed);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One certificate of a listener and its context, which is made anew when the files have changed.
 *
 * <p>Files that cannot be used change nothing as long as there were better ones.
 *
 * <p><b>Threads:</b> the one for TLS files.
 */
final class Credential {

    private static final Logger log = LoggerFactory.getLogger("agent.network_manager");

    private final String listener;
    private final IdentityFiles source;
    private final Optional<Path> clientCa;
    private final ServerContexts contexts;

    private List<Object> seen = List.of();
    private Optional<Material> material = Optional.empty();
    private Optional<Material> made = Optional.empty();
    private Optional<InUse> inUse = Optional.empty();
    private boolean failed; // when they were last read
    private String failure = "";

    Credential(
            String listener,
            IdentityFiles source,
            Optional<Path> clientCa,
            ServerContexts contexts) {
        this.listener = listener;
        this.source = source;
        this.clientCa = clientCa;
        this.contexts = contexts;
    }

    /**
     * Reads the files, of which a context is made only when there is a handshake.
     *
     * @throws IllegalArgumentException when they cannot be used
     */
    void prepare() {
        read();
        if (material.isEmpty()) {
            throw new IllegalArgumentException(failure);
        }
    }

    /** Uses what is in the files now, where that can be used; whether that is something new. */
    boolean refresh() {
        read();
        if (material.isEmpty() || material.equals(made)) {
            return false;
        }
        made = material;
        try {
            inUse = Optional.of(new InUse(identity(), contexts.context(material.get())));
        } catch (SSLException | IllegalArgumentException | IllegalStateException unable) {
            recordFailure(unable);
            return false;
        }
        recordUse(identity().certificate());
        return true;
    }

    /** What handshakes use; empty when nothing could be used so far. */
    Optional<InUse> inUse() {
        return inUse;
    }

    /** Why nothing could be used. */
    String failure() {
        return failure;
    }

    private void read() {
        List<Object> now = stamps();
        boolean areNew = !now.equals(seen);
        if (!areNew && !failed && material.isPresent() && !source.isOutdated(identity())) {
            return;
        }
        try {
            material =
                    Optional.of(new Material(source.read(), clientCa.map(Identity::certificates)));
            failed = false;
        } catch (IllegalArgumentException | IllegalStateException unable) {
            if (areNew || !failure.equals(unable.getMessage())) {
                recordFailure(unable);
            }
            failed = true; // who may read them can be changed without a trace in the stamps
        }
        seen = now; // from before: what came while they were read is looked at the next time
    }

    private Identity identity() {
        return material.orElseThrow().identity();
    }

    private void recordFailure(Exception unable) {
        failure = String.valueOf(unable.getMessage());
        log.atError()
                .addKeyValue("listener", listener)
                .addKeyValue("reason", failure)
                .addKeyValue("former_stays", material.isPresent())
                .log("TLS files cannot be used");
    }

    private void recordUse(X509Certificate certificate) {
        log.atInfo()
                .addKeyValue("listener", listener)
                .addKeyValue("subject", certificate.getSubjectX500Principal().getName())
                .addKeyValue("valid_until", certificate.getNotAfter().toInstant())
                .log("TLS certificate in use");
    }

    /** Which files there are now, so that others in their places are noticed. */
    private List<Object> stamps() {
        List<Object> stamps = new ArrayList<>();
        stamps.add(stamp(source.files().certificate()));
        stamps.add(stamp(source.files().key()));
        clientCa.ifPresent(file -> stamps.add(stamp(file)));
        return stamps;
    }

    /** Another one when the file is another one. */
    static Object stamp(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(
                    attributes.lastModifiedTime(),
                    attributes.size(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException notThere) {
            return "";
        }
    }

    /**
     * What is in the files.
     *
     * @param clientCas whose client certificates are trusted, where any are asked for
     */
    record Material(Identity identity, Optional<List<X509Certificate>> clientCas) {}

    /** A certificate and the context that was made of it. */
    record InUse(Identity identity, SslContext context) {}
}

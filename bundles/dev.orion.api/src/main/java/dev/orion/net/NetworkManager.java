// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Owns the sockets: listeners, event loops and connections.
 *
 * <p><b>Threads:</b> every method may be called from any thread and does not block.
 */
@ProviderType
public interface NetworkManager {

    /** The transport in use and its event loops, for people: {@code epoll, 2 event loops}. */
    String transport();

    /**
     * Who speaks TLS, for people: {@code boringssl}; empty as long as there was no handshake, which
     * is when it is loaded.
     */
    default String tls() {
        return "";
    }

    /** The listeners now, by name. */
    List<ListenerInfo> listeners();

    /** The live connections now, oldest first. */
    List<ConnectionInfo> connections();

    /**
     * Completes when each of the listeners has been bound or has failed to be.
     *
     * <p>It fails with {@link IllegalStateException} when this network manager ends before that, as
     * it does when its configuration changes: another one then takes its place, which is to be
     * asked for anew. One that has ended fails every stage.
     *
     * @param names as configured; the stage waits also for those that do not exist yet
     */
    CompletionStage<List<ListenerInfo>> settled(Set<String> names);

    /**
     * Ends a connection in its protocol's own words.
     *
     * @return whether there was such a connection
     */
    boolean close(String connectionId, CloseReason reason);

    /**
     * Stops accepting, tells every connection to go, and closes those that have not gone in time.
     *
     * @return completes when the last connection is closed
     */
    CompletionStage<Void> drain(java.time.Duration timeout);
}

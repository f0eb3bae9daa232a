// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import dev.orion.configuration.ConfigurationManager;
import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What happens between running bundles and a served listener: configure, then bind. */
final class StartSequence {

    private static final String LISTENERS = "dev.orion.listener";

    private final BundleRuntime runtime;
    private final Duration patience;

    /**
     * The sequence.
     *
     * @param patience how long each step may take
     */
    StartSequence(BundleRuntime runtime, Duration patience) {
        this.runtime = runtime;
        this.patience = patience;
    }

    /**
     * Applies the configuration and waits for its listeners.
     *
     * @return the listeners, all bound
     * @throws StartException when the configuration has faults or a listener cannot be bound
     */
    List<ListenerInfo> run() {
        var configuration = required(ConfigurationManager.class, patience);
        var faults = configuration.load();
        if (!faults.isEmpty()) {
            throw new StartException(faults.stream().map(Object::toString).toList());
        }
        Set<String> names = configuration.names(LISTENERS);
        if (names.isEmpty()) {
            return List.of();
        }
        List<ListenerInfo> listeners = settled(names);
        List<String> failed =
                listeners.stream().filter(StartSequence::failed).map(StartSequence::why).toList();
        if (!failed.isEmpty()) {
            throw new StartException(failed);
        }
        return listeners;
    }

    private static boolean failed(ListenerInfo listener) {
        return listener.state() == ListenerInfo.State.FAILED;
    }

    private static String why(ListenerInfo listener) {
        return "listener "
                + listener.name()
                + " on "
                + listener.endpoint()
                + ": "
                + listener.detail();
    }

    private <T> T required(Class<T> type, Duration within) {
        return runtime.service(type, within).orElseThrow(() -> missing(type));
    }

    private StartException missing(Class<?> type) {
        var reasons = new ArrayList<String>();
        reasons.add("no " + type.getSimpleName() + " within " + patience.toSeconds() + " s");
        reasons.addAll(runtime.failures());
        return new StartException(reasons);
    }

    /** A network manager that is configured anew is replaced by another, which is asked then. */
    private List<ListenerInfo> settled(Set<String> names) {
        long deadline = System.nanoTime() + patience.toNanos();
        NetworkManager gone = null;
        while (true) {
            NetworkManager network = required(NetworkManager.class, left(deadline));
            try {
                return network.settled(names)
                        .toCompletableFuture()
                        .get(left(deadline).toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                throw new StartException(
                        "listeners " + names + ": not bound within " + patience.toSeconds() + " s",
                        late);
            } catch (ExecutionException failure) {
                boolean replaced = failure.getCause() instanceof IllegalStateException;
                if (!replaced || network == gone) {
                    throw new StartException(
                            "listeners " + names + ": " + BundleFailures.reason(failure), failure);
                }
                gone = network;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new StartException("interrupted", interrupted);
            }
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }
}

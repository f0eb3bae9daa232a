// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.configuration.Durations;
import dev.orion.configuration.ProposedConfiguration;
import dev.orion.net.Endpoint;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Finds what is wrong with proposed listeners: their form, their ports, and who else has them.
 *
 * <p>Binds a port that is not ours for a moment to see whether it is free.
 */
final class ListenersCheck {

    static final String NOT_LOOPBACK =
            "is not a loopback address: others may only connect where clients are authenticated,"
                    + " and nothing here does that";

    private final int portOffset;
    private final BiPredicate<InetSocketAddress, Boolean> isOurs;
    private final TlsCheck tls;
    private final Path home;

    /**
     * @param isOurs whether a listener of ours has the address now, so that it is free for another
     *     one of ours; and whether it is about datagrams
     * @param home what paths of PEM files begin at
     */
    ListenersCheck(int portOffset, BiPredicate<InetSocketAddress, Boolean> isOurs, Path home) {
        this.portOffset = portOffset;
        this.isOurs = isOurs;
        this.tls = new TlsCheck(home);
        this.home = home;
    }

    void check(List<? extends ProposedConfiguration> proposed) {
        Map<Object, String> taken = new HashMap<>();
        for (ProposedConfiguration one : proposed) {
            if (one.factoryPid().equals(ListenerComponent.PID)) {
                checkListener(one, taken);
            } else if (one.factoryPid().equals(DefaultNetworkManager.PID)) {
                checkManager(one);
            }
        }
    }

    private void checkListener(ProposedConfiguration proposed, Map<Object, String> taken) {
        if (!(proposed.values().get("uri") instanceof String uri)) {
            return; // whoever checks keys and types has said so
        }
        Endpoint endpoint;
        try {
            endpoint = ListenerSettings.shifted(Endpoint.parse(uri), portOffset);
        } catch (IllegalArgumentException wrong) {
            proposed.fault("uri", wrong.getMessage());
            return;
        }
        tls.check(proposed, endpoint);
        if (ListenerSettings.isForDatagrams(endpoint)
                && (Boolean.TRUE.equals(proposed.values().get("tls"))
                        || proposed.values().containsKey("certificate"))) {
            proposed.fault("uri", place(proposed, endpoint) + "cannot have TLS");
        }
        if (!endpoint.isLoopback()) {
            proposed.fault("uri", place(proposed, endpoint) + NOT_LOOPBACK);
            return;
        }
        if (endpoint.port() != 0) {
            checkAddress(proposed, endpoint, taken);
        }
    }

    private void checkAddress(
            ProposedConfiguration proposed, Endpoint endpoint, Map<Object, String> taken) {
        var address = new InetSocketAddress(endpoint.host(), endpoint.port());
        boolean forDatagrams = ListenerSettings.isForDatagrams(endpoint);
        String other = taken.putIfAbsent(List.of(address, forDatagrams), proposed.name());
        if (other != null) {
            proposed.fault(
                    "uri",
                    place(proposed, endpoint) + "is configured for listener " + other + " too");
            return;
        }
        if (isOurs.test(address, forDatagrams)) {
            return;
        }
        try {
            probe(address, forDatagrams);
        } catch (IOException occupied) {
            proposed.fault("uri", place(proposed, endpoint) + BindFailure.reason(occupied));
        }
    }

    private static void probe(InetSocketAddress address, boolean forDatagrams) throws IOException {
        if (forDatagrams) {
            new DatagramSocket(address).close();
            return;
        }
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address, 1);
        }
    }

    private void checkManager(ProposedConfiguration proposed) {
        Map<String, Object> values = proposed.values();
        if (values.get("transport") instanceof String transport) {
            check(proposed, "transport", () -> Transport.choose(transport));
        }
        int low = number(values, "lowWaterMarkBytes", DefaultNetworkManager.LOW_BYTES);
        int high = number(values, "highWaterMarkBytes", DefaultNetworkManager.HIGH_BYTES);
        if (low > high) {
            proposed.fault(
                    values.containsKey("lowWaterMarkBytes")
                            ? "lowWaterMarkBytes"
                            : "highWaterMarkBytes",
                    "lowWaterMarkBytes: "
                            + low
                            + " (expected: <= highWaterMarkBytes, "
                            + high
                            + ")");
        }
        if (values.get("trust") instanceof String trust && !trust.isEmpty()) {
            check(proposed, "trust", () -> Identity.certificates(home.resolve(trust)));
        }
        if (values.get("connectTimeout") instanceof String timeout) {
            check(
                    proposed,
                    "connectTimeout",
                    () ->
                            new OutboundSettings(
                                    Durations.parse(timeout), Duration.ZERO, Optional.empty()));
        }
        for (String key : List.of("maxWait", "closeTimeout", "handshakeTimeout")) {
            if (values.get(key) instanceof String duration) {
                check(proposed, key, () -> Durations.parse(duration));
            }
        }
    }

    private static void check(ProposedConfiguration proposed, String key, Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException wrong) {
            proposed.fault(key, wrong.getMessage());
        }
    }

    private static int number(Map<String, Object> values, String key, int otherwise) {
        return values.get(key) instanceof Integer number ? number : otherwise;
    }

    private static String place(ProposedConfiguration proposed, Endpoint endpoint) {
        return "listener " + proposed.name() + ": " + endpoint.authority() + " ";
    }
}

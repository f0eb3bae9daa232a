// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.configuration.ConfigurationCheck;
import dev.orion.configuration.Durations;
import dev.orion.configuration.ProposedConfiguration;
import dev.orion.net.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Finds faults in the configuration of bridges that their definitions cannot tell. */
@Component
public final class BridgeCheck implements ConfigurationCheck {

    private static final String MAPPINGS = "mappings";
    private static final String LEAST = "minBackoff";
    private static final String MOST = "maxBackoff";

    private static final Map<String, Consumer<String>> READERS =
            Map.of(
                    LEAST,
                    BridgeCheck::positive,
                    MOST,
                    BridgeCheck::positive,
                    "connectTimeout",
                    BridgeCheck::positive,
                    "keepAlive",
                    BridgeCheck::keepAlive,
                    "sessionExpiry",
                    Durations::parse);

    private final Path home;

    @Activate
    public BridgeCheck(BundleContext context) {
        this(MqttBridge.home(context));
    }

    BridgeCheck(Path home) {
        this.home = home;
    }

    @Override
    public void check(List<? extends ProposedConfiguration> proposed) {
        for (ProposedConfiguration configuration : proposed) {
            if (configuration.factoryPid().equals(MqttBridge.PID)) {
                check(configuration);
            }
        }
    }

    private void check(ProposedConfiguration bridge) {
        READERS.forEach((key, reader) -> text(bridge, key).ifPresent(attempt(bridge, key, reader)));
        boolean areDurations = READERS.keySet().stream().allMatch(key -> isDuration(bridge, key));
        if (areDurations) {
            checkBackoff(bridge);
        }
        checkMappings(bridge);
        text(bridge, "uri")
                .ifPresent(attempt(bridge, "uri", uri -> checkUri(bridge, Endpoint.parse(uri))));
        boolean isThree = Integer.valueOf(3).equals(bridge.values().get("version"));
        if (isThree && text(bridge, "password").isPresent() && text(bridge, "username").isEmpty()) {
            bridge.fault("password", "needs username beside it");
        }
    }

    private static Consumer<String> attempt(
            ProposedConfiguration bridge, String key, Consumer<String> reader) {
        return text -> {
            try {
                reader.accept(text);
            } catch (IllegalArgumentException wrong) {
                bridge.fault(key, wrong.getMessage());
            }
        };
    }

    private static void checkBackoff(ProposedConfiguration bridge) {
        Duration least = Durations.parse(text(bridge, LEAST).orElse("500ms"));
        Duration most = Durations.parse(text(bridge, MOST).orElse("60s"));
        if (most.compareTo(least) < 0) {
            bridge.fault(
                    text(bridge, MOST).isPresent() ? MOST : LEAST,
                    "maxBackoff is less than minBackoff");
        }
    }

    private static void checkMappings(ProposedConfiguration bridge) {
        if (!(bridge.values().get(MAPPINGS) instanceof Object[] texts)) {
            return;
        }
        if (texts.length == 0) {
            bridge.fault(MAPPINGS, "is empty (expected: one or more)");
        }
        List<Mapping> good = new ArrayList<>();
        for (Object text : texts) {
            attempt(bridge, MAPPINGS, one -> good.add(Mapping.parse(one)))
                    .accept(String.valueOf(text));
        }
        attempt(bridge, MAPPINGS, all -> new Mappings(good)).accept("");
    }

    private void checkUri(ProposedConfiguration bridge, Endpoint endpoint) {
        if (!endpoint.protocol().equals("mqtt")) {
            bridge.fault("uri", "uri: " + endpoint + " (expected: mqtt://host:port or mqtts://…)");
            return;
        }
        for (String key : List.of("ca", "certificate", "key")) {
            if (!endpoint.isSecure() && text(bridge, key).isPresent()) {
                bridge.fault(key, "is for TLS, which needs an uri such as mqtts://host:port");
            }
        }
        if (endpoint.isSecure()) {
            attempt(bridge, "uri", any -> tls(bridge).check()).accept("");
        }
    }

    private TlsFiles tls(ProposedConfiguration bridge) {
        return new TlsFiles(
                text(bridge, "ca").map(home::resolve),
                text(bridge, "certificate").map(home::resolve),
                text(bridge, "key").map(home::resolve));
    }

    private static void positive(String text) {
        if (Durations.parse(text).isZero()) {
            throw new IllegalArgumentException("duration: " + text + " (expected: > 0)");
        }
    }

    private static void keepAlive(String text) {
        if (Durations.parse(text).toSeconds() > 0xffff) {
            throw new IllegalArgumentException("duration: " + text + " (expected: <= 65535s)");
        }
    }

    private static boolean isDuration(ProposedConfiguration bridge, String key) {
        try {
            text(bridge, key).ifPresent(Durations::parse);
            return true;
        } catch (IllegalArgumentException told) {
            return false;
        }
    }

    private static Optional<String> text(ProposedConfiguration bridge, String key) {
        return bridge.values().get(key) instanceof String text && !text.isEmpty()
                ? Optional.of(text)
                : Optional.empty();
    }
}

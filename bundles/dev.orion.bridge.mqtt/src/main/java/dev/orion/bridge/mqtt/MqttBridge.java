// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.bridge.Bridge;
import dev.orion.bridge.BridgeInfo;
import dev.orion.client.Clients;
import dev.orion.client.QueueLimit;
import dev.orion.configuration.Durations;
import dev.orion.net.Endpoint;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The bridge of one {@code dev.orion.bridge.mqtt~NAME}. */
@Component(
        immediate = true,
        configurationPid = MqttBridge.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MqttBridge.Config.class, factory = true)
public final class MqttBridge implements Bridge {

    static final String PID = "dev.orion.bridge.mqtt";

    /** OSGi Compendium 8, §112.5.15: the configuration was deleted. */
    private static final int CONFIGURATION_DELETED = 4;

    @ObjectClassDefinition(
            name = "Bridge to an MQTT broker",
            description = "Shares channels with a broker of somebody else.")
    @interface Config {

        @AttributeDefinition(
                description = "The other broker: mqtt://host:port, or mqtts:// for TLS.")
        String uri();

        @AttributeDefinition(
                description = "5, or 3 for MQTT 3.1.1.",
                options = {@Option("5"), @Option("3")})
        int version() default 5;

        @AttributeDefinition(
                description =
                        "What is shared: 'out LOCAL -> REMOTE', 'in REMOTE -> LOCAL' or"
                                + " 'both LOCAL <-> REMOTE', with ;qos=0, 1 or 2.")
        String[] mappings();

        @AttributeDefinition(
                description = "The client id there; by default one of the name and a number.",
                required = false)
        String clientId() default "";

        @AttributeDefinition(description = "The user name there.", required = false)
        String username() default "";

        @AttributeDefinition(
                type = AttributeType.PASSWORD,
                description = "The password there.",
                required = false)
        String password() default "";

        @AttributeDefinition(
                description = "How much may wait for the other broker, in bytes.",
                min = "1")
        long bufferBytes() default 67_108_864;

        @AttributeDefinition(
                description = "How many messages may wait for the other broker.",
                min = "1",
                max = "60000")
        int bufferMessages() default 60_000;

        @AttributeDefinition(
                description = "Publications that the other broker has not acknowledged, at most.",
                min = "1",
                max = "65535")
        int maxInFlight() default 20;

        @AttributeDefinition(description = "The longest first wait before connecting again.")
        String minBackoff() default "500ms";

        @AttributeDefinition(description = "The longest wait before connecting again.")
        String maxBackoff() default "60s";

        @AttributeDefinition(description = "How long connecting may take.")
        String connectTimeout() default "10s";

        @AttributeDefinition(description = "How often the other broker hears of us at least.")
        String keepAlive() default "30s";

        @AttributeDefinition(
                description =
                        "How long the other broker keeps what is for us while we are away;"
                                + " version 5.")
        String sessionExpiry() default "7d";

        @AttributeDefinition(
                description = "The longest packet that the other broker may send; version 5.",
                min = "1024",
                max = "268435455")
        int maxPacketBytes() default 1_048_576;

        @AttributeDefinition(
                description = "Roles of the bridge, for the channels' publish and subscribe.",
                required = false)
        String[] roles() default {};

        @AttributeDefinition(
                description = "PEM file of who is trusted; by default whom the JDK trusts.",
                required = false)
        String ca() default "";

        @AttributeDefinition(
                description = "PEM file of a certificate that is shown to the other broker.",
                required = false)
        String certificate() default "";

        @AttributeDefinition(description = "PEM file of its key.", required = false)
        String key() default "";
    }

    private final BridgeLife life;

    @Activate
    public MqttBridge(
            @Reference Clients clients,
            @Reference BridgeIds ids,
            BundleContext context,
            Config config,
            Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        Settings settings = settings(pid.substring(pid.indexOf('~') + 1), config, home(context));
        BridgeLife.Links links = settings.version() == 3 ? LinkThree::new : LinkFive::new;
        this.life = new BridgeLife(settings, clients, links, ids, Clock.systemUTC());
        life.start();
    }

    static Path home(BundleContext context) {
        String home = context.getProperty("orion.home");
        return Path.of(home == null ? "orion-home" : home).toAbsolutePath().normalize();
    }

    static Settings settings(String name, Config config, Path home) {
        Endpoint endpoint = Endpoint.parse(config.uri());
        return new Settings(
                name,
                endpoint,
                config.version(),
                given(config.clientId()),
                given(config.username()),
                given(config.password()).map(Secret::new),
                new Mappings(mappings(config.mappings())),
                new QueueLimit(config.bufferMessages(), config.bufferBytes()),
                config.maxInFlight(),
                Durations.parse(config.minBackoff()),
                Durations.parse(config.maxBackoff()),
                Durations.parse(config.connectTimeout()),
                Durations.parse(config.keepAlive()),
                Durations.parse(config.sessionExpiry()),
                config.maxPacketBytes(),
                Set.of(config.roles()),
                tls(endpoint, config, home));
    }

    private static List<Mapping> mappings(String[] texts) {
        return Arrays.stream(texts).map(Mapping::parse).toList();
    }

    private static Optional<TlsFiles> tls(Endpoint endpoint, Config config, Path home) {
        return endpoint.isSecure()
                ? Optional.of(
                        new TlsFiles(
                                given(config.ca()).map(home::resolve),
                                given(config.certificate()).map(home::resolve),
                                given(config.key()).map(home::resolve)))
                : Optional.empty();
    }

    private static Optional<String> given(String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    @Override
    public BridgeInfo info() {
        return life.info();
    }

    @Deactivate
    void close(int reason) {
        life.close(reason == CONFIGURATION_DELETED);
    }
}

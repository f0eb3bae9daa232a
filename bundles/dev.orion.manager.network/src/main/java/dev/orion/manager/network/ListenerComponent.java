// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** A configured listener: open as long as its configuration is there. */
@Component(
        service = {},
        configurationPid = ListenerComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ListenerComponent.Config.class, factory = true)
public final class ListenerComponent {

    static final String PID = "dev.orion.listener";

    private static final long CLOSE_SECONDS = 2;

    @ObjectClassDefinition(name = "Listener")
    @interface Config {

        @AttributeDefinition(
                description = "Where it listens, and what is spoken there: mqtt://127.0.0.1:1883.")
        String uri();

        @AttributeDefinition(
                min = "1",
                description = "More connections than this are closed at once.")
        int maxConnections() default 100_000;

        @AttributeDefinition(
                min = "0",
                description =
                        "More connections of one address (IPv6: of one network of 64 bits) than"
                                + " this are closed at once; 0 for no such limit.")
        int maxConnectionsPerAddress() default 0;

        @AttributeDefinition(
                min = "1",
                description = "Connections that the system keeps until they are accepted.")
        int backlog() default 1024;

        @AttributeDefinition(
                description =
                        "The areas whose paths are found here: public, admin, or one of a plug-in.")
        String[] serves() default {"public"};

        @AttributeDefinition(
                description =
                        "Whether TLS is spoken also where neither the scheme (https, mqtts, grpcs,"
                                + " tcps) nor a certificate says so.")
        boolean tls() default false;

        @AttributeDefinition(
                description =
                        "PEM file of the certificate and those that lead to its issuer, or several"
                            + " such files, of which the client's server name chooses; without it"
                            + " the development certificate.")
        String[] certificate() default {};

        @AttributeDefinition(
                description =
                        "PEM file of the certificate's key (PKCS #8), or one for each certificate"
                                + " in their order.")
        String[] key() default {};

        @AttributeDefinition(
                description = "Whether clients say who they are with a certificate.",
                options = {
                    @Option(label = "none", value = "none"),
                    @Option(label = "optional", value = "optional"),
                    @Option(label = "required", value = "required")
                })
        String clientCertificates() default "none";

        @AttributeDefinition(
                description = "PEM file of those whose client certificates are trusted.")
        String clientCa() default "";

        @AttributeDefinition(
                description = "The versions of TLS that are spoken.",
                options = {
                    @Option(label = "1.2", value = "1.2"),
                    @Option(label = "1.3", value = "1.3")
                })
        String[] tlsVersions() default {"1.2", "1.3"};
    }

    private final Listeners listeners;
    private final int portOffset;
    private final Path home;
    private Listener listener; // activation, modification and deactivation never run at once

    @Activate
    public ListenerComponent(
            @Reference DefaultNetworkManager manager,
            Config config,
            Map<String, Object> properties) {
        this.listeners = manager.sockets();
        this.portOffset = manager.portOffset();
        this.home = manager.home();
        this.listener = listeners.open(settings(config, properties));
    }

    /** Not a new instance: a socket that can stay is kept, with what waits in its backlog. */
    @Modified
    void modified(Config config, Map<String, Object> properties) {
        listener = listeners.change(listener, settings(config, properties));
    }

    @Deactivate
    void close() {
        try {
            listeners.close(listener).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            // The socket is closed by its event loop when that comes to it.
        }
    }

    /** The {@code web} of {@code dev.orion.listener~web}. */
    static String name(String pid) {
        return pid.substring(pid.indexOf('~') + 1);
    }

    private ListenerSettings settings(Config config, Map<String, Object> properties) {
        Endpoint endpoint = Endpoint.parse(config.uri());
        return new ListenerSettings(
                name((String) properties.get("service.pid")),
                ListenerSettings.shifted(endpoint, portOffset),
                config.maxConnections(),
                config.maxConnectionsPerAddress(),
                config.backlog(),
                Set.of(config.serves()),
                tls(endpoint, config));
    }

    private Optional<TlsSettings> tls(Endpoint endpoint, Config config) {
        List<String> certificates = TlsSettings.given(config.certificate());
        if (!endpoint.isSecure() && !config.tls() && certificates.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new TlsSettings(
                        identities(certificates, TlsSettings.given(config.key())),
                        ClientCertificates.valueOf(
                                config.clientCertificates().toUpperCase(Locale.ROOT)),
                        config.clientCa().isEmpty()
                                ? Optional.empty()
                                : Optional.of(home.resolve(config.clientCa())),
                        List.of(config.tlsVersions()),
                        TlsSettings.offered(endpoint)));
    }

    private List<TlsSettings.Files> identities(List<String> certificates, List<String> keys) {
        if (certificates.size() != keys.size()) {
            throw new IllegalArgumentException(
                    "key: " + keys + " (expected: one for each of " + certificates + ")");
        }
        return IntStream.range(0, certificates.size())
                .mapToObj(
                        each ->
                                new TlsSettings.Files(
                                        home.resolve(certificates.get(each)),
                                        home.resolve(keys.get(each))))
                .toList();
    }
}

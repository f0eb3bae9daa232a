// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import dev.orion.net.Endpoint;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

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
                min = "1",
                description = "Connections that the system keeps until they are accepted.")
        int backlog() default 1024;

        @AttributeDefinition(
                description =
                        "The areas whose paths are found here: public, admin, or one of a plug-in.")
        String[] serves() default {"public"};
    }

    private final Listeners listeners;
    private final int portOffset;
    private Listener listener; // activation, modification and deactivation never run at once

    @Activate
    public ListenerComponent(
            @Reference DefaultNetworkManager manager,
            Config config,
            Map<String, Object> properties) {
        this.listeners = manager.sockets();
        this.portOffset = manager.portOffset();
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
        return new ListenerSettings(
                name((String) properties.get("service.pid")),
                ListenerSettings.shifted(Endpoint.parse(config.uri()), portOffset),
                config.maxConnections(),
                config.backlog(),
                Set.of(config.serves()));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.route.Match;
import dev.orion.route.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A configured route: there as long as its configuration is. */
@Component(
        service = {},
        configurationPid = RouteComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RouteComponent.Config.class, factory = true)
public final class RouteComponent {

    static final String PID = "dev.orion.route";
    static final String MATCH = "match";
    static final String TO = "to";

    /** Keys that are no setting of a protocol. */
    private static final Set<String> OTHERS =
            Set.of(MATCH, TO, "component.name", "component.id", "felix.fileinstall.filename");

    /** The keys of all routes; protocols define theirs of the same PID. */
    @ObjectClassDefinition(name = "Route")
    @interface Config {

        @AttributeDefinition(
                description = "What goes along it: tcp::7100, udp::7101, grpc:/package.Service/*.")
        String match();

        @AttributeDefinition(
                description = "Where it leads to: tcp://host:port, grpc://host:port, channel:NAME.")
        String to();
    }

    private final Routes routes;
    private final String name;

    @Activate
    public RouteComponent(@Reference Routes routes, Config config, Map<String, Object> properties) {
        String pid = (String) properties.get("service.pid");
        this.routes = routes;
        this.name = pid.substring(pid.indexOf('~') + 1);
        modified(config, properties);
    }

    /** Not a new instance: there is no moment without the route. */
    @Modified
    void modified(Config config, Map<String, Object> properties) {
        var settings = new HashMap<>(properties);
        settings.keySet().removeIf(key -> OTHERS.contains(key) || key.startsWith("service."));
        routes.put(name, Match.parse(config.match()), Target.parse(config.to()), settings);
    }

    @Deactivate
    void close() {
        routes.remove(name);
    }
}

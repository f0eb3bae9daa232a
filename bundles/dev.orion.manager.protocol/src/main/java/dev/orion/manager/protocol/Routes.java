// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.route.Match;
import dev.orion.route.Match.AtPort;
import dev.orion.route.Route;
import dev.orion.route.RouteInfo;
import dev.orion.route.RouteManager;
import dev.orion.route.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The routes, in one immutable table that is swapped as a whole.
 *
 * <p>A component apart from {@link DefaultProtocolManager}, which refers to protocols, which refer
 * to this one.
 */
@Component(service = {RouteManager.class, Routes.class})
public final class Routes implements RouteManager {

    private final int portOffset;

    /** Guards that the fields below it are changed by one thread at a time. */
    private final Object lock = new Object();

    private final Map<String, ConfiguredRoute> byName = new HashMap<>();
    private volatile RouteTable table = RouteTable.EMPTY;

    @Activate
    public Routes(BundleContext context) {
        this(portOffset(context));
    }

    Routes(int portOffset) { // for tests
        this.portOffset = portOffset;
    }

    @Override
    public Optional<Route> atPort(String protocol, int port) {
        return table.atPort(protocol, port);
    }

    @Override
    public Optional<Route> atPath(String protocol, String path) {
        return table.atPath(protocol, path);
    }

    @Override
    public List<RouteInfo> routes() {
        return table.all().stream().map(ConfiguredRoute::info).toList();
    }

    /** Puts a route in the place of the one of its name, whose figures it goes on with. */
    void put(String name, Match match, Target target, Map<String, Object> settings) {
        synchronized (lock) {
            ConfiguredRoute former = byName.get(name);
            RouteCounts counts = former == null ? new RouteCounts() : former.counts();
            byName.put(name, new ConfiguredRoute(name, shifted(match), target, settings, counts));
            table = new RouteTable(byName.values());
        }
    }

    void remove(String name) {
        synchronized (lock) {
            byName.remove(name);
            table = new RouteTable(byName.values());
        }
    }

    private Match shifted(Match configured) {
        return configured instanceof AtPort at
                ? new AtPort(at.protocol(), at.port() + portOffset)
                : configured;
    }

    static int portOffset(BundleContext context) {
        String offset = context.getProperty("orion.port.offset");
        return offset == null || offset.isEmpty() ? 0 : Integer.parseInt(offset);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import dev.orion.net.ConnectionInfo;
import dev.orion.net.ListenerInfo;
import dev.orion.net.NetworkManager;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.ClientInfo;
import dev.orion.realtime.RealtimeManager;
import dev.orion.route.RouteInfo;
import dev.orion.route.RouteManager;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What there is now, as objects for JSON. */
final class Inventory {

    private final NetworkManager network;
    private final RealtimeManager realtime;
    private final RouteManager routes;

    Inventory(NetworkManager network, RealtimeManager realtime, RouteManager routes) {
        this.network = network;
        this.realtime = realtime;
        this.routes = routes;
    }

    /** A list by its name; empty where there is no such list. */
    Optional<Map<String, Object>> list(String name, Page page) {
        return switch (name) {
            case "connections" -> Optional.of(connections(page));
            case "listeners" ->
                    Optional.of(
                            page.of(
                                    name,
                                    network.listeners(),
                                    ListenerInfo::name,
                                    Inventory::listener));
            case "clients" ->
                    Optional.of(
                            page.of(
                                    name,
                                    realtime.clients(),
                                    client -> ordered(client.connected(), client.id()),
                                    Inventory::client));
            case "channels" ->
                    Optional.of(
                            page.of(
                                    name,
                                    realtime.channels(),
                                    ChannelInfo::name,
                                    Inventory::channel));
            case "routes" ->
                    Optional.of(page.of(name, routes.routes(), RouteInfo::name, Inventory::route));
            default -> Optional.empty();
        };
    }

    private Map<String, Object> connections(Page page) {
        Map<String, ClientInfo> clients = new HashMap<>();
        realtime.clients().forEach(client -> clients.put(client.connection(), client));
        return page.of(
                "connections",
                network.connections(),
                connection -> ordered(connection.opened(), connection.id()),
                connection ->
                        connection(connection, Optional.ofNullable(clients.get(connection.id()))));
    }

    /** A key that orders by time and then by id. */
    private static String ordered(Instant time, String id) {
        return HexFormat.of().toHexDigits(time.toEpochMilli()) + " " + id;
    }

    private static Map<String, Object> connection(
            ConnectionInfo connection, Optional<ClientInfo> client) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", connection.id());
        members.put("listener", connection.listener());
        members.put("endpoint", connection.endpoint());
        members.put("protocol", connection.protocol());
        members.put("remote", connection.remote());
        members.put("opened", connection.opened());
        members.put("client", client.map(ClientInfo::id).orElse(""));
        members.put("user", client.map(ClientInfo::user).orElse(""));
        return members;
    }

    private static Map<String, Object> listener(ListenerInfo listener) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", listener.name());
        members.put("endpoint", listener.endpoint());
        members.put("state", listener.state());
        members.put("detail", listener.detail());
        members.put("connections", listener.connections());
        members.put("accepted", listener.accepted());
        members.put("refused", listener.refused());
        members.put("defences", listener.defences());
        return members;
    }

    private static Map<String, Object> client(ClientInfo client) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", client.id());
        members.put("user", client.user());
        members.put("transport", client.transport());
        members.put("connection", client.connection());
        members.put("channels", client.channels());
        members.put("connected", client.connected());
        return members;
    }

    private static Map<String, Object> channel(ChannelInfo channel) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", channel.name());
        members.put("kind", channel.kind());
        members.put("rules", channel.rules());
        members.put("subscribers", channel.subscribers());
        members.put("history", channel.history());
        members.put("offset", channel.top().offset());
        members.put("epoch", channel.top().epoch());
        return members;
    }

    private static Map<String, Object> route(RouteInfo route) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", route.name());
        members.put("match", route.match());
        members.put("to", route.target());
        members.put("open", route.open());
        members.put("total", route.total());
        members.put("failed", route.failed());
        return members;
    }

    /** The names of the lists. */
    static List<String> names() {
        return List.of("connections", "listeners", "clients", "channels", "routes");
    }
}
